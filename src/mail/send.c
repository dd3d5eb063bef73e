/* SPDX-License-Identifier: Apache-2.0 */
#include "mail/send.h"

#include <curl/curl.h>

void send_start(void)
{
    (void)curl_global_init(CURL_GLOBAL_DEFAULT);
}

static size_t drop(char *bytes, size_t size, size_t count, void *context)
{
    (void)bytes;
    (void)context;
    return size * count; /* the answer's body means nothing to us */
}

static size_t give(char *out, size_t size, size_t count, void *context)
{
    str *rest = context;
    size_t n = size * count < rest->n ? size * count : rest->n;
    if (n > 0) {
        memcpy(out, rest->p, n);
        *rest = str_slice(*rest, n, rest->n);
    }
    return n;
}

static CURL *prepare(struct arena *arena, str url, const char *protocols)
{
    CURL *curl = curl_easy_init();
    if (curl == NULL) {
        return NULL;
    }
    (void)curl_easy_setopt(curl, CURLOPT_URL, arena_cstr(arena, url));
    (void)curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, protocols);
    (void)curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    (void)curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    (void)curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)SEND_TIMEOUT_S);
    (void)curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)SEND_TIMEOUT_S);
    (void)curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, drop);
    (void)curl_easy_setopt(curl, CURLOPT_PROXY, "");
    return curl;
}

static enum status perform(CURL *curl, const char *what, struct error *err)
{
    long code = 0;
    CURLcode result = curl_easy_perform(curl);
    if (result != CURLE_OK) {
        return error_set(err, STATUS_UNAVAILABLE, "%s: %s", what, curl_easy_strerror(result));
    }
    (void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &code);
    if (code < 200 || code > 299) {
        return error_set(err, STATUS_UNAVAILABLE, "%s: the other side answered %ld", what, code);
    }
    return STATUS_OK;
}

enum status send_webhook(struct arena *arena, str url, str body, str signature, struct error *err)
{
    struct curl_slist *headers = NULL;
    CURL *curl = prepare(arena, url, "http,https");
    if (curl == NULL) {
        return error_set(err, STATUS_INTERNAL, "libcurl cannot start");
    }
    str line = arena_printf(arena, "Hustings-Signature: %.*s", STR_ARG(signature));
    headers = curl_slist_append(headers, "Content-Type: application/json");
    headers = curl_slist_append(headers, line.p);
    headers = curl_slist_append(headers, "Expect:");
    (void)curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    (void)curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)body.n);
    (void)curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body.p);
    enum status status = perform(curl, "webhook", err);
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
    return status;
}

enum status send_email(struct arena *arena, str url, str from, str to, str message,
                       struct error *err)
{
    str rest = message;
    CURL *curl = prepare(arena, url, "smtp,smtps");
    if (curl == NULL) {
        return error_set(err, STATUS_INTERNAL, "libcurl cannot start");
    }
    struct curl_slist *recipients = curl_slist_append(NULL, arena_cstr(arena, to));
    (void)curl_easy_setopt(curl, CURLOPT_MAIL_FROM, arena_cstr(arena, from));
    (void)curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, recipients);
    (void)curl_easy_setopt(curl, CURLOPT_USE_SSL, (long)CURLUSESSL_TRY);
    (void)curl_easy_setopt(curl, CURLOPT_READFUNCTION, give);
    (void)curl_easy_setopt(curl, CURLOPT_READDATA, &rest);
    (void)curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    enum status status = perform(curl, "e-mail", err);
    curl_slist_free_all(recipients);
    curl_easy_cleanup(curl);
    return status;
}
