"""Lenses against OpenCV's own projection of the same points, where OpenCV is (pip install
opencv-python-headless)."""
import numpy as np
import pytest

import veduta as vd

cv2 = pytest.importorskip("cv2", reason="no OpenCV")

WIDTH, HEIGHT = 640, 400
EYE = np.array([393000.0, 3798200.0, 4000.0])
TARGET = np.array([395000.0, 3801000.0, 2500.0])


def axes():
    """The camera's x to the right, y down and z forward, as OpenCV has them."""
    forward = (TARGET - EYE) / np.linalg.norm(TARGET - EYE)
    right = np.cross(forward, (0, 0, 1))
    right /= np.linalg.norm(right)
    return np.array([right, np.cross(forward, right), forward])


def grid(half_x, half_y, depths=(800.0, 3000.0, 20000.0)):
    """Points of the map that a straight lens sees on a grid, each at one of the depths."""
    x, y = np.meshgrid(np.linspace(-half_x, half_x, 17), np.linspace(-half_y, half_y, 11))
    rays = np.stack([x, y, np.ones_like(x)], -1).reshape(-1, 3)
    return EYE + (rays * np.resize(depths, len(rays))[:, None]) @ axes()


def projected(places, **knobs):
    camera = {"eye": list(EYE), "target": list(TARGET), "size": (WIDTH, HEIGHT)}
    points = vd.project("dem.tif", [tuple(p) for p in places], **camera, **knobs)
    return np.stack([points["pixel_x"], points["pixel_y"]], -1)


def pose():
    return cv2.Rodrigues(axes())[0], -axes() @ EYE


def matrix(focal_px):
    return np.array([[focal_px, 0, 0.5 * WIDTH], [0, focal_px, 0.5 * HEIGHT], [0, 0, 1]])


# A tenth of what is asked for, 0.05 pixels: the camera's axes are floats, 24 bits of an angle.
WORST_PX = 0.005


@pytest.mark.parametrize(
    "coefficients",
    [(), (-0.28, 0.07, 0.0012, -0.0008, -0.01), (0.25,), (0.0, 0.0, 0.02, -0.03), (-0.1, 0.02)],
)
def test_distortion_is_opencvs(folder, coefficients):
    half = np.tan(np.radians(30))
    places = grid(0.95 * half, 0.95 * half * HEIGHT / WIDTH)
    knobs = {"distortion": ",".join(map(str, coefficients))} if coefficients else {}
    ours = projected(places, fov=60, **knobs)
    turn, shift = pose()
    full = np.zeros(5)
    full[: len(coefficients)] = coefficients
    theirs = cv2.projectPoints(places, turn, shift, matrix(0.5 * WIDTH / half), full)[0][:, 0]
    off = np.linalg.norm(ours - theirs, axis=1)
    straight = cv2.projectPoints(places, turn, shift, matrix(0.5 * WIDTH / half), None)[0][:, 0]
    moved = np.linalg.norm(theirs - straight, axis=1)
    print(f"{coefficients}: moved up to {moved.max():.1f} px, off by {off.max():.5f}")
    assert off.max() < WORST_PX
    assert not coefficients or moved.max() > 2


@pytest.mark.parametrize(
    "coefficients", [(0.0, 0.0, 0.0, 0.0), (-0.042, 0.0, 0.0, 0.0), (-0.03, 0.004, -0.001, 0.0001)]
)
def test_fisheye_is_opencvs(folder, coefficients):
    places = grid(1.6, 1.0)
    knobs = {"distortion_fisheye": coefficients} if any(coefficients) else {}
    ours = projected(places, projection="fisheye", fov=150, **knobs)
    turn, shift = pose()
    focal = WIDTH / np.radians(150)
    theirs = cv2.fisheye.projectPoints(
        places[:, None], turn, shift, matrix(focal), np.array(coefficients)
    )[0][:, 0]
    off = np.linalg.norm(ours - theirs, axis=1)
    print(f"fisheye {coefficients}: off by {off.max():.5f} px")
    assert off.max() < WORST_PX
