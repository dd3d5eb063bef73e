/* SPDX-License-Identifier: Apache-2.0 */
/* Fault builds: every write and fsync that SQLite does passes a fault point first.
 *
 * The default VFS is wrapped: a file is opened by the real one, then its method table is replaced
 * by a copy in which two functions ask `fault_strikes`. The encrypting VFS lies on top, so what
 * fails here is what would fail on the disk. */
#include "db/db_internal.h"

#ifdef HUSTINGS_FAULTS
#include <errno.h>
#include <sqlite3.h>

#include "base/fault.h"

/* The unix VFS has one method table for database files and one for journals. */
enum { TABLES_MAX = 4 };

static struct {
    sqlite3_vfs *real;
    sqlite3_vfs wrapped;
    const sqlite3_io_methods *originals[TABLES_MAX];
    sqlite3_io_methods copies[TABLES_MAX];
} shim;

static const sqlite3_io_methods *original_of(const sqlite3_file *file)
{
    for (size_t i = 0; i < TABLES_MAX; i++) {
        if (file->pMethods == &shim.copies[i]) {
            return shim.originals[i];
        }
    }
    ASSERT(false);
    return NULL;
}

static int shim_write(sqlite3_file *file, const void *bytes, int count, sqlite3_int64 at)
{
    if (fault_strikes(FAULT_WRITE)) {
        return errno == ENOSPC ? SQLITE_FULL : SQLITE_IOERR_WRITE;
    }
    return original_of(file)->xWrite(file, bytes, count, at);
}

static int shim_sync(sqlite3_file *file, int flags)
{
    if (fault_strikes(FAULT_FSYNC)) {
        return SQLITE_IOERR_FSYNC;
    }
    return original_of(file)->xSync(file, flags);
}

static int shim_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags,
                     int *ret_flags)
{
    (void)vfs;
    int code = shim.real->xOpen(shim.real, name, file, flags, ret_flags);
    if (file->pMethods == NULL) {
        return code;
    }
    for (size_t i = 0; i < TABLES_MAX; i++) {
        if (shim.originals[i] == NULL) {
            shim.originals[i] = file->pMethods;
            shim.copies[i] = *file->pMethods;
            shim.copies[i].xWrite = shim_write;
            shim.copies[i].xSync = shim_sync;
        }
        if (shim.originals[i] == file->pMethods) {
            file->pMethods = &shim.copies[i];
            return code;
        }
    }
    ASSERT(false);
    return code;
}

const char *db_sqlite_vfs(void)
{
    if (shim.real == NULL) {
        ASSERT(sqlite3_initialize() == SQLITE_OK);
        shim.real = sqlite3_vfs_find("unix");
        ASSERT(shim.real != NULL);
        shim.wrapped = *shim.real;
        shim.wrapped.zName = "fault";
        shim.wrapped.pNext = NULL;
        shim.wrapped.xOpen = shim_open;
        ASSERT(sqlite3_vfs_register(&shim.wrapped, 0) == SQLITE_OK);
        ASSERT(sqlite3mc_vfs_create("fault", 0) == SQLITE_OK);
    }
    return "multipleciphers-fault";
}
#else
const char *db_sqlite_vfs(void)
{
    return NULL;
}
#endif
