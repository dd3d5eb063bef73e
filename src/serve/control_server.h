/* SPDX-License-Identifier: Apache-2.0 */
/* The desk's end of DIR/run/desk.sock (serve/control.h). At most CONTROL_CONNECTIONS_MAX at a time;
 * one that says nothing for CONTROL_IDLE_SECONDS is closed, its session ended. */
#ifndef HUSTINGS_SERVE_CONTROL_SERVER_H
#define HUSTINGS_SERVE_CONTROL_SERVER_H

#include "http/http.h"
#include "people/stretcher.h"
#include "serve/control.h"

enum { CONTROL_CONNECTIONS_MAX = 8, CONTROL_IDLE_SECONDS = 60 };

struct control_server_options {
    struct loop *loop;
    struct desk *desk;
    struct box_client *box; /* blocking */
    struct stretcher *stretcher;
    int listen_fd; /* bound by the parent; becomes the server's */
};
struct control_server;
struct control_server *control_server_open(const struct control_server_options *options);
/* After stretcher_close: nothing comes back from there any more. */
void control_server_close(struct control_server *server);

#endif
