#!/usr/bin/env python3
"""Pictures of the same terrain by veduta and by Blender's Cycles, side by side (beside.py says how).

    python3 bench/beside_cycles.py [--build build] [--scenes relief,view] [--parts noise,file]
                                   [--repetitions 3]

Cycles renders on the processor, a triangle mesh, with neither denoising nor an adaptive number of
samples, since veduta has neither on here; its data are kept between pictures, so that in part noise
building is not counted.

Needs `pip install bpy numpy` with the Python that bpy is made for (5.0 and 3.11 are what we know).
"""
import math
import os
import sys
import tempfile
import time

import beside


def require_bpy():
    try:
        import bpy
    except ImportError as error:
        sys.exit(f"bench: no Blender to measure against ({error}): pip install bpy numpy in a virtual "
                 "environment of the Python that bpy is made for, and run this by its python")
    return bpy


def material_of(bpy):
    material = bpy.data.materials.new("ground")
    material.use_nodes = True
    nodes, links = material.node_tree.nodes, material.node_tree.links
    nodes.clear()
    diffuse = nodes.new("ShaderNodeBsdfDiffuse")
    diffuse.inputs["Color"].default_value = (beside.ALBEDO,) * 3 + (1.0,)
    diffuse.inputs["Roughness"].default_value = 0.0
    links.new(diffuse.outputs[0], nodes.new("ShaderNodeOutputMaterial").inputs["Surface"])
    return material


def add_terrain(bpy, scene, heights):
    vertices, faces = beside.mesh_arrays(heights, (0, 1, 2, 0, 2, 3))
    count = faces.size // 3
    mesh = bpy.data.meshes.new("terrain")
    mesh.vertices.add(heights.size)
    mesh.vertices.foreach_set("co", vertices.ravel())
    mesh.loops.add(faces.size)
    mesh.loops.foreach_set("vertex_index", faces.ravel().astype("int32"))
    mesh.polygons.add(count)
    mesh.polygons.foreach_set("loop_start", range(0, 3 * count, 3))
    mesh.polygons.foreach_set("use_smooth", [True] * count)
    mesh.update(calc_edges=True)
    mesh.materials.append(material_of(bpy))
    scene.collection.objects.link(bpy.data.objects.new("terrain", mesh))


def add_lights(bpy, scene, of):
    from mathutils import Vector
    lamp = bpy.data.lights.new("sun", "SUN")
    lamp.energy, lamp.angle = beside.SUN_STRENGTH, math.radians(beside.SUN_SIZE_DEG)
    sun = bpy.data.objects.new("sun", lamp)
    sun.rotation_euler = Vector(beside.towards_sun(of)).to_track_quat("Z", "Y").to_euler()
    scene.collection.objects.link(sun)
    scene.world = bpy.data.worlds.new("sky")
    scene.world.use_nodes = True
    background = scene.world.node_tree.nodes["Background"]
    background.inputs["Color"].default_value = (beside.SKY,) * 3 + (1.0,)
    background.inputs["Strength"].default_value = 1.0


def add_camera(bpy, scene, camera):
    from mathutils import Vector
    lens = bpy.data.cameras.new("camera")
    eye = bpy.data.objects.new("camera", lens)
    lens.clip_start, lens.clip_end = 1.0, 1e7
    if "eye" in camera:
        lens.sensor_fit, lens.angle = "HORIZONTAL", math.radians(camera["fov_deg"])
        eye.location = camera["eye"]
        towards = Vector(camera["target"]) - Vector(camera["eye"])
        eye.rotation_euler = towards.to_track_quat("-Z", "Y").to_euler()
    else:
        lens.type, lens.ortho_scale = "ORTHO", camera["height"]
        eye.location = (0.0, 0.0, camera["top"])
    scene.collection.objects.link(eye)
    scene.camera = eye


def set_up(scene, size):
    scene.render.engine = "CYCLES"
    scene.render.resolution_x, scene.render.resolution_y = size
    scene.render.resolution_percentage = 100
    scene.render.use_persistent_data = True
    scene.render.image_settings.file_format = "OPEN_EXR"
    scene.render.image_settings.color_depth = "32"
    scene.view_settings.view_transform = "Raw"
    cycles = scene.cycles
    cycles.device = "CPU"
    cycles.use_adaptive_sampling = cycles.use_denoising = False
    cycles.pixel_filter_type = "BOX"
    cycles.filter_width = 1.0
    cycles.max_bounces = cycles.diffuse_bounces = beside.BOUNCES
    cycles.sample_clamp_direct = cycles.sample_clamp_indirect = 0.0
    cycles.use_light_tree = False


class Cycles:
    name = "cycles"

    @staticmethod
    def version():
        return f"Cycles of Blender {require_bpy().app.version_string}"

    def __init__(self, of):
        self.bpy = require_bpy()
        if beside.is_foggy(of):
            sys.exit(f"bench: the scene {of.name} is for Mitsuba alone")
        self.bpy.ops.wm.read_factory_settings(use_empty=True)
        self.scene = self.bpy.context.scene
        add_terrain(self.bpy, self.scene, of.heights)
        add_lights(self.bpy, self.scene, of)
        add_camera(self.bpy, self.scene, of.camera())
        set_up(self.scene, of.size())

    def render(self, samples, seed):
        """The clock stops before the picture is read back from its file."""
        import numpy
        self.scene.cycles.samples, self.scene.cycles.seed = samples, seed
        path = os.path.join(tempfile.gettempdir(), f"veduta-cycles-{os.getpid()}.exr")
        self.scene.render.filepath = path
        start = time.monotonic()
        self.bpy.ops.render.render(write_still=True)
        seconds = time.monotonic() - start
        image = self.bpy.data.images.load(path)
        image.colorspace_settings.name = "Non-Color"
        width, height = image.size
        pixels = numpy.empty(width * height * 4, numpy.float32)
        image.pixels.foreach_get(pixels)
        self.bpy.data.images.remove(image)
        os.remove(path)
        return pixels.reshape(height, width, 4)[::-1, :, 0].astype(numpy.float64), seconds

    def write(self, image, path):
        """It has been written, and read, already."""


if __name__ == "__main__":
    beside.main(__doc__.split("\n")[0], Cycles)
