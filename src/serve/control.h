/* SPDX-License-Identifier: Apache-2.0 */
/* How commands speak to a running desk: over DIR/run/desk.sock.
 *
 * A command that needs the casebook (review rates, officer …) must not open a second desk beside a
 * running one: the running one has the newest state, the sessions to end, and the one copy of the
 * keys. So the command connects, logs in like an officer (login, password, TOTP: the same check,
 * the same waits, the same ledger) and asks. When no desk runs, it unlocks the stopped one in its
 * own process and does the very same (control_do), so that an answer cannot depend on which.
 *
 *   command                                    desk
 *     ── LOGIN login, password, code ────────▶   stretcher, people_login_with, session
 *     ◀──────────────── END status, words ────
 *     ── NUMBERS … ──────────────────────────▶   control_do, as the officer of the session
 *     ◀── PIECE bytes, PIECE …, END ──────────
 *
 * The socket is the owner's alone (0600), and both sides look at the other's user id: the desk
 * talks to its own user and to root, the command gives a password only to the owner of the folder
 * or to root. Frames are those of ipc/ipc.h, every field with a limit; a frame that is not whole
 * and exact ends the connection. One request at a time on a connection.
 *
 * Two requests need no log-in. STATUS says what the log-in page says anyway. LOCK only ever takes
 * access away, and whoever reaches the socket could kill the process as well
 * (docs/decisions/0009-lock-needs-no-secret.md).
 */
#ifndef HUSTINGS_SERVE_CONTROL_H
#define HUSTINGS_SERVE_CONTROL_H

#include "desk/desk.h"
#include "ipc/ipc.h"

enum {
    CONTROL_FIELD_BYTES_MAX = 1024,
    CONTROL_REQUEST_BYTES_MAX = 8 * 1024,     /* header and all fields of a request */
    CONTROL_PIECE_BYTES_MAX = 1024 * 1024,    /* of an answer */
    CONTROL_TEXT_BYTES_MAX = 16 * 1024 * 1024 /* all pieces of an answer */
};

/* Types of frames: what is asked … (only ever add at the end) */
enum control_kind {
    CONTROL_LOGIN = 1,       /* login, password, code */
    CONTROL_STATUS,          /* text: sealed or not, and what waits */
    CONTROL_LOCK,            /* no text */
    CONTROL_NUMBERS,         /* text: released tables, CSV or JSON */
    CONTROL_OFFICERS,        /* text: a table or JSON */
    CONTROL_OFFICER_ADD,     /* login, name, role, password; answers with the TOTP secret */
    CONTROL_OFFICER_RESET,   /* login, password; the same */
    CONTROL_OFFICER_DISABLE, /* login */
    CONTROL_OFFICER_ROLE,    /* login, role */
    CONTROL_KIND_END,
    /* … and what is answered */
    CONTROL_PIECE = 64,
    CONTROL_END
};

struct control_request {
    enum control_kind kind;
    str login;
    str name;
    str password;
    str code;
    enum role role;
    bool is_json;
    const struct people_stretched *stretched; /* not in a frame: of the password, or NULL */
};

struct control_answer {
    struct error err; /* err.status is how it ended */
    struct buf text;
    bool has_secret; /* of officer add and reset: shown once */
    uint8_t totp[CRYPT_TOTP_SECRET_BYTES];
};
void control_answer_init(struct control_answer *answer);
void control_answer_close(struct control_answer *answer); /* wipes */

/* --- frames --- */
void control_request_put(struct ipc *ipc, uint64_t tag, const struct control_request *request);
/* The strings are views of the frame. False: not a request that we know. */
bool control_request_take(struct ipc_frame *frame, struct control_request *ret_request) MUST_CHECK;
void control_answer_put(struct ipc *ipc, uint64_t tag, const struct control_answer *answer);
enum control_taken { CONTROL_MORE, CONTROL_DONE, CONTROL_BROKEN };
/* Adds a frame to the answer. */
enum control_taken control_answer_take(struct ipc_frame *frame, struct control_answer *answer);

/* --- doing --- */
/* Needs the slow hash of request->password first, if one can be had without waiting. */
bool control_wants_stretch(enum control_kind kind);
/* Everything but LOGIN. `caller` is who asks: an officer, or nobody (officer 0, no capability) for
 * STATUS and LOCK. Fills the answer. */
void control_do(struct desk *desk, const struct box_state *state, const struct caller *caller,
                const struct control_request *request, struct control_answer *answer);
/* "sealed since 2024-07-03 09:46 UTC, 4 letters waiting, the oldest from the hour after
 * 2024-07-03 08:00 UTC": box keeps the hour only */
void control_add_status(struct buf *out, bool is_sealed, time_us since, int64_t letters,
                        time_us oldest_hour);

#endif
