/* Keeps, in order, what a program does to the files of one folder, and what it says meanwhile.

   Loaded by LD_PRELOAD. RECORD_FOLDER (absolute) is the folder, RECORD_TRACE the file for the
   trace: records of `struct event`, each followed by `length` bytes of name or data. A call is
   recorded when it has returned, and no other begins meanwhile. The -shm files of SQLite are left
   out: they are memory. tests/faults/power.py reads this, and compares what it makes of the whole
   trace with the folder itself, so that a call that is missing here does not go unnoticed. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CREATE = 'C', WRITE = 'W', TRUNCATE = 'T', SYNC = 'S', SYNC_FOLDER = 'F',
       MAKE_FOLDER = 'D', UNLINK = 'U', RENAME = 'R', LINK = 'L', SAY = 'M' };

struct event {
    uint64_t kind, inode, offset, length;
};

enum { FDS = 4096 };
static ino_t watched[FDS]; /* by descriptor: the inode of a file that is recorded, or 0 */
static char *subfolder[FDS]; /* of a folder: its name within the folder that is recorded */
static int trace = -1;
static char folder[4096];
static size_t folder_length;
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;

static int (*real_open)(const char *, int, ...);
static int (*real_close)(int);
static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static int (*real_ftruncate)(int, off_t);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static int (*real_mkdir)(const char *, mode_t);
static int (*real_unlink)(const char *);
static int (*real_rename)(const char *, const char *);
static int (*real_link)(const char *, const char *);
static ssize_t (*real_sendfile)(int, int, off_t *, size_t);

__attribute__((constructor)) static void begin(void)
{
    real_open = dlsym(RTLD_NEXT, "open");
    real_close = dlsym(RTLD_NEXT, "close");
    real_write = dlsym(RTLD_NEXT, "write");
    real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
    real_ftruncate = dlsym(RTLD_NEXT, "ftruncate64");
    real_fsync = dlsym(RTLD_NEXT, "fsync");
    real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
    real_mkdir = dlsym(RTLD_NEXT, "mkdir");
    real_unlink = dlsym(RTLD_NEXT, "unlink");
    real_rename = dlsym(RTLD_NEXT, "rename");
    real_link = dlsym(RTLD_NEXT, "link");
    real_sendfile = dlsym(RTLD_NEXT, "sendfile64");
    const char *watch = getenv("RECORD_FOLDER"), *into = getenv("RECORD_TRACE");
    if (!watch || !into || strlen(watch) >= sizeof folder)
        return;
    strcpy(folder, watch);
    folder_length = strlen(folder);
    trace = real_open(into, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

/* The name within the folder ("" for the folder itself), or NULL for what is not recorded. */
static const char *name_of(const char *path)
{
    if (trace < 0 || strncmp(path, folder, folder_length))
        return NULL;
    const char *name = path + folder_length;
    size_t length = strlen(name);
    if (length >= 4 && !strcmp(name + length - 4, "-shm"))
        return NULL;
    return *name == '/' ? name + 1 : *name ? NULL : name;
}

static void record(int kind, ino_t inode, off_t offset, const void *data, size_t length)
{
    struct event event = {kind, inode, offset, length};
    if (real_write(trace, &event, sizeof event) != sizeof event
        || (length && real_write(trace, data, length) != (ssize_t)length))
        abort();
}

static ino_t inode_of(int fd)
{
    return trace >= 0 && fd >= 0 && fd < FDS ? watched[fd] : 0;
}

static int opened(const char *path, int flags, mode_t mode)
{
    const char *name = name_of(path);
    if (!name)
        return real_open(path, flags, mode);
    pthread_mutex_lock(&turn);
    int was_there = !access(path, F_OK);
    int fd = real_open(path, flags, mode);
    struct stat found;
    if (fd >= 0 && !fstat(fd, &found)) {
        if (fd >= FDS)
            abort();
        watched[fd] = found.st_ino;
        subfolder[fd] = S_ISDIR(found.st_mode) ? strdup(name) : NULL;
        if (!was_there)
            record(CREATE, found.st_ino, 0, name, strlen(name));
        else if (flags & O_TRUNC)
            record(TRUNCATE, found.st_ino, 0, NULL, 0);
    }
    pthread_mutex_unlock(&turn);
    return fd;
}

static mode_t mode_of(int flags, va_list arguments)
{
    return flags & (O_CREAT | __O_TMPFILE) ? va_arg(arguments, mode_t) : 0;
}

#define OPEN(name)                                                                                 \
    int name(const char *path, int flags, ...)                                                     \
    {                                                                                              \
        va_list arguments;                                                                         \
        va_start(arguments, flags);                                                                \
        mode_t mode = mode_of(flags, arguments);                                                   \
        va_end(arguments);                                                                         \
        return opened(path, flags, mode);                                                          \
    }
OPEN(open)
OPEN(open64)

int close(int fd)
{
    if (inode_of(fd)) {
        watched[fd] = 0;
        free(subfolder[fd]);
    }
    return real_close(fd);
}

ssize_t write(int fd, const void *data, size_t length)
{
    ino_t inode = inode_of(fd);
    if (!inode && !(fd == STDOUT_FILENO && trace >= 0))
        return real_write(fd, data, length);
    pthread_mutex_lock(&turn);
    ssize_t done = real_write(fd, data, length);
    if (done > 0 && inode)
        record(WRITE, inode, lseek(fd, 0, SEEK_CUR) - done, data, done);
    else if (done > 0)
        record(SAY, 0, 0, data, done);
    pthread_mutex_unlock(&turn);
    return done;
}

static ssize_t written(int fd, const void *data, size_t length, off_t offset)
{
    ino_t inode = inode_of(fd);
    if (!inode)
        return real_pwrite(fd, data, length, offset);
    pthread_mutex_lock(&turn);
    ssize_t done = real_pwrite(fd, data, length, offset);
    if (done > 0)
        record(WRITE, inode, offset, data, done);
    pthread_mutex_unlock(&turn);
    return done;
}

ssize_t pwrite(int fd, const void *data, size_t length, off_t offset)
{
    return written(fd, data, length, offset);
}

ssize_t pwrite64(int fd, const void *data, size_t length, off_t offset)
{
    return written(fd, data, length, offset);
}

static int truncated(int fd, off_t size)
{
    ino_t inode = inode_of(fd);
    if (!inode)
        return real_ftruncate(fd, size);
    pthread_mutex_lock(&turn);
    int status = real_ftruncate(fd, size);
    if (!status)
        record(TRUNCATE, inode, size, NULL, 0);
    pthread_mutex_unlock(&turn);
    return status;
}

int ftruncate(int fd, off_t size)
{
    return truncated(fd, size);
}

int ftruncate64(int fd, off_t size)
{
    return truncated(fd, size);
}

static int synced(int fd, int (*real)(int))
{
    ino_t inode = inode_of(fd);
    if (!inode)
        return real(fd);
    pthread_mutex_lock(&turn);
    int status = real(fd);
    if (!status && subfolder[fd])
        record(SYNC_FOLDER, 0, 0, subfolder[fd], strlen(subfolder[fd]));
    else if (!status)
        record(SYNC, inode, 0, NULL, 0);
    pthread_mutex_unlock(&turn);
    return status;
}

int fsync(int fd)
{
    return synced(fd, real_fsync);
}

int fdatasync(int fd)
{
    return synced(fd, real_fdatasync);
}

int mkdir(const char *path, mode_t mode)
{
    const char *name = name_of(path);
    if (!name)
        return real_mkdir(path, mode);
    pthread_mutex_lock(&turn);
    int status = real_mkdir(path, mode);
    if (!status)
        record(MAKE_FOLDER, 0, 0, name, strlen(name));
    pthread_mutex_unlock(&turn);
    return status;
}

int unlink(const char *path)
{
    const char *name = name_of(path);
    if (!name)
        return real_unlink(path);
    pthread_mutex_lock(&turn);
    int status = real_unlink(path);
    if (!status)
        record(UNLINK, 0, 0, name, strlen(name));
    pthread_mutex_unlock(&turn);
    return status;
}

/* Of a rename, and of a second name, the old name and the new one with a zero between. */
static int named(int kind, const char *from, const char *to,
                 int (*real)(const char *, const char *))
{
    const char *old = name_of(from), *new = name_of(to);
    if (!old && !new)
        return real(from, to);
    if (!old || !new)
        abort();
    pthread_mutex_lock(&turn);
    int status = real(from, to);
    if (!status) {
        char both[8192];
        size_t length = strlen(old) + 1 + strlen(new);
        if (length >= sizeof both)
            abort();
        strcpy(both, old);
        strcpy(both + strlen(old) + 1, new);
        record(kind, 0, 0, both, length);
    }
    pthread_mutex_unlock(&turn);
    return status;
}

int rename(const char *from, const char *to)
{
    return named(RENAME, from, to, real_rename);
}

int link(const char *from, const char *to)
{
    return named(LINK, from, to, real_link);
}

/* Refused, so that a copy is made by reading and writing, which is recorded. */
ssize_t sendfile(int to, int from, off_t *offset, size_t length)
{
    if (!inode_of(to))
        return real_sendfile(to, from, offset, length);
    errno = ENOSYS;
    return -1;
}

ssize_t sendfile64(int to, int from, off_t *offset, size_t length)
{
    return sendfile(to, from, offset, length);
}
