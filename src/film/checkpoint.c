/* A checkpoint: a film in a file that outlives the process.
 *
 *     head        magic, version, size of the picture and its tiles, and a checksum of these
 *     identity    text that says which picture this is, with its own checksum in the head
 *     directory   for each tile the checksum of its slot, 0 while it is not stored
 *     slots       the tiles
 *
 * Directory and slots begin at multiples of a page. Everything is in the machine's own byte order,
 * which the head notes.
 *
 * What a kill may interrupt is ordered so that nothing wrong can be taken for right. The head is
 * written under a temporary name and the file renamed into place, so a name means a whole head. A
 * tile is written before its entry, and its entry counts only while it is the checksum of the slot
 * as it is: a tile half written, an entry half written, or a slot newer than its entry loses the
 * tile and nothing else. The tile's number is part of its checksum, so no slot can pass for
 * another. Nothing is flushed in between: after a power failure the same holds, and the more tiles
 * are lost the later the system would have written them.
 *
 * The file is locked while it is in use (flock), which ends with the process, however that ends. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "film/parts.h"

#define PAGE 4096
#define VERSION 3u
#define BYTE_ORDER_MARK 0x01020304u
/* More than any settings take; a longer one is damage. */
#define IDENTITY_MAX ((uint64_t)1 << 24)

static const char magic[8] = "VEDUTAck";

typedef struct head {
    char magic[8];
    uint32_t byte_order, version;
    int32_t width, height, tile, block, channels, reserved;
    uint64_t identity_bytes, identity_checksum;
    uint64_t checksum; /* of all before it */
} head;

_Static_assert(sizeof(head) == 64, "no padding in the head");

static uint64_t head_checksum(const head *h)
{
    return vd_checksum(h, offsetof(head, checksum), 0);
}

static int64_t next_page(int64_t offset)
{
    return (offset + PAGE - 1) / PAGE * PAGE;
}

/* Where directory and slots begin. */
static void lay_out(const head *h, int64_t tiles, vd_checkpoint *out)
{
    out->directory = next_page((int64_t)sizeof(head) + (int64_t)h->identity_bytes);
    out->slots = next_page(out->directory + tiles * (int64_t)sizeof(uint64_t));
}

static vd_result lock(vd_context *context, int file, const char *path)
{
    if (flock(file, LOCK_EX | LOCK_NB) == 0) return VD_OK;
    /* A file system that cannot lock is no reason to do without checkpoints. */
    if (errno != EWOULDBLOCK) return VD_OK;
    return vd_fail(context, VD_ERR_INPUT,
                   "%s: is in use by another run; wait for it, or name another file", path);
}

/* Another run's checkpoint must not be replaced while it is at work. */
static vd_result refuse_in_use(vd_context *context, const char *path)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return VD_OK;
    vd_result result = lock(context, file, path);
    close(file);
    return result;
}

static vd_result alloc_list(vd_context *context, int64_t tiles, vd_checkpoint *out)
{
    void *memory = NULL;
    VD_TRY(vd_alloc(context, (size_t)tiles, sizeof(uint64_t), "the list of tiles", &memory));
    out->checksums = memory;
    return VD_OK;
}

static vd_store store_of(int file, const char *path)
{
    return (vd_store){NULL, file, path, "free some space or choose another folder"};
}

/* Writes head and identity into a new file of the full length. */
static vd_result write_head(vd_context *context, const vd_film_options *options,
                            const vd_checkpoint *checkpoint, const head *h, double slot_bytes,
                            const vd_store *store)
{
    char amount[32];
    double bytes = (double)checkpoint->slots + slot_bytes;
    int reason = vd_store_reserve(store->file, bytes);
    if (reason != 0)
        return vd_fail(context, VD_ERR_IO,
                       "cannot set aside %s for the checkpoint %s: %s; free some space or choose "
                       "another folder",
                       vd_format_bytes(bytes, amount), checkpoint->path, strerror(reason));
    VD_TRY(vd_store_write(context, store, 0, h, sizeof(*h)));
    return vd_store_write(context, store, (int64_t)sizeof(*h), options->identity,
                          (size_t)h->identity_bytes);
}

vd_result vd_checkpoint_create(vd_context *context, const vd_film_options *options, int64_t tiles,
                               double slot_bytes, vd_checkpoint *out, vd_store *store)
{
    const char *path = options->checkpoint;
    size_t length = strlen(options->identity);
    vd_whole_file *whole = NULL;
    head h = {.byte_order = BYTE_ORDER_MARK,
              .version = VERSION,
              .width = options->width,
              .height = options->height,
              .tile = options->tile,
              .block = VD_FILM_BLOCK_PX,
              .channels = options->channels,
              .identity_bytes = length,
              .identity_checksum = vd_checksum(options->identity, length, 0)};
    memcpy(h.magic, magic, sizeof(magic));
    h.checksum = head_checksum(&h);
    lay_out(&h, tiles, out);
    *store = store_of(-1, NULL);
    VD_TRY(vd_strdup(context, path, &out->path));
    store->name = out->path;
    VD_TRY(alloc_list(context, tiles, out));
    VD_TRY(vd_whole_begin(context, path, options->overwrite, &whole));
    vd_result result = refuse_in_use(context, path);
    if (result == VD_OK)
        store->file = open(vd_whole_path(whole), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (result == VD_OK && store->file < 0)
        result = vd_fail(context, VD_ERR_IO, "cannot write %s: %s", path, strerror(errno));
    if (result == VD_OK) result = lock(context, store->file, path);
    if (result == VD_OK) result = write_head(context, options, out, &h, slot_bytes, store);
    if (result == VD_OK) {
        VD_TRY(vd_whole_commit(context, &whole));
        out->target = realpath(path, NULL);
        return VD_OK;
    }
    vd_whole_abort(&whole);
    return result;
}

static vd_result fail_damaged(vd_context *context, const char *path, const char *what)
{
    return vd_fail(context, VD_ERR_FORMAT,
                   "%s: %s; leave out --resume and say --overwrite to start anew", path, what);
}

/* Reads and judges the head. */
static vd_result read_head(vd_context *context, const char *path, const vd_store *store, head *h)
{
    struct stat status;
    if (fstat(store->file, &status) != 0 || status.st_size < (off_t)sizeof(*h))
        return fail_damaged(context, path, "is no checkpoint of veduta");
    VD_TRY(vd_store_read(context, store, 0, h, sizeof(*h)));
    if (memcmp(h->magic, magic, sizeof(magic)) != 0)
        return fail_damaged(context, path, "is no checkpoint of veduta");
    if (h->byte_order != BYTE_ORDER_MARK || h->version != VERSION)
        return fail_damaged(context, path,
                            "is a checkpoint of another version of veduta or another machine");
    uint64_t bytes = h->identity_bytes;
    if (h->checksum != head_checksum(h) || h->block != VD_FILM_BLOCK_PX || bytes > IDENTITY_MAX ||
        status.st_size < (off_t)sizeof(*h) + (off_t)bytes)
        return fail_damaged(context, path, "is a damaged checkpoint");
    return VD_OK;
}

static vd_result read_identity(vd_context *context, const char *path, const vd_store *store,
                               const head *h, char **out)
{
    void *memory = NULL;
    size_t size = (size_t)h->identity_bytes;
    VD_TRY(vd_alloc(context, size + 1, 1, "the checkpoint's settings", &memory));
    vd_result result = vd_store_read(context, store, (int64_t)sizeof(*h), memory, size);
    if (result == VD_OK && vd_checksum(memory, size, 0) != h->identity_checksum)
        result = fail_damaged(context, path, "is a damaged checkpoint");
    if (result == VD_OK)
        *out = memory;
    else
        free(memory);
    return result;
}

vd_result vd_checkpoint_open(vd_context *context, const char *path, vd_film_options *options,
                             char **identity, vd_checkpoint *out, vd_store *store)
{
    head h;
    *store = store_of(-1, NULL);
    VD_TRY(vd_refuse_special_file(context, path));
    VD_TRY(vd_strdup(context, path, &out->path));
    store->name = out->path;
    store->file = open(path, O_RDWR | O_CLOEXEC);
    if (store->file < 0)
        return vd_fail(context, VD_ERR_INPUT, "%s: cannot be gone on with: %s", path,
                       strerror(errno));
    out->target = realpath(path, NULL);
    VD_TRY(lock(context, store->file, path));
    VD_TRY(read_head(context, path, store, &h));
    VD_TRY(read_identity(context, path, store, &h, identity));
    options->width = h.width;
    options->height = h.height;
    options->tile = h.tile;
    options->channels = h.channels;
    out->directory = next_page((int64_t)sizeof(h) + (int64_t)h.identity_bytes);
    return VD_OK;
}

vd_result vd_checkpoint_read_directory(vd_context *context, int64_t tiles, double slot_bytes,
                                       vd_checkpoint *checkpoint, const vd_store *store)
{
    size_t size = (size_t)tiles * sizeof(uint64_t);
    VD_TRY(alloc_list(context, tiles, checkpoint));
    checkpoint->slots = next_page(checkpoint->directory + (int64_t)size);
    /* A file cut short gets its length back: what it lost reads as zeros, which pass for no tile.
     */
    int reason = vd_store_reserve(store->file, (double)checkpoint->slots + slot_bytes);
    if (reason != 0)
        return vd_fail(context, VD_ERR_IO, "cannot write %s: %s; %s", checkpoint->path,
                       strerror(reason), store->remedy);
    return vd_store_read(context, store, checkpoint->directory, checkpoint->checksums, size);
}

uint64_t vd_checkpoint_checksum(const void *bytes, size_t size, int64_t tile)
{
    uint64_t checksum = vd_checksum(bytes, size, (uint64_t)tile);
    return checksum ? checksum : 1;
}

vd_result vd_checkpoint_enter(vd_context *context, vd_checkpoint *checkpoint, const vd_store *store,
                              int64_t tile, uint64_t checksum)
{
    checkpoint->checksums[tile] = checksum;
    return vd_store_write(context, store, checkpoint->directory + tile * (int64_t)sizeof(checksum),
                          &checksum, sizeof(checksum));
}

void vd_checkpoint_close(vd_checkpoint *checkpoint)
{
    free(checkpoint->path);
    free(checkpoint->target);
    free(checkpoint->checksums);
    *checkpoint = (vd_checkpoint){0};
}

bool vd_checkpoint_is_there(const vd_checkpoint *checkpoint, const vd_store *store)
{
    struct stat named, held;
    return checkpoint->target && stat(checkpoint->target, &named) == 0 &&
           fstat(store->file, &held) == 0 && named.st_dev == held.st_dev &&
           named.st_ino == held.st_ino;
}

void vd_checkpoint_remove(const vd_checkpoint *checkpoint, const vd_store *store)
{
    if (vd_checkpoint_is_there(checkpoint, store)) unlink(checkpoint->target);
}
