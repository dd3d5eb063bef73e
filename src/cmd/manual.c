/* SPDX-License-Identifier: Apache-2.0 */
/* The part of hustings(1) that lists commands and options, printed out of the same tables that
 * parse them and answer --help: 'hustings help --man'. tools/manual puts it into docs/man. */
#include <stdio.h>

#include "cmd/cmd.h"

enum { LINE_BYTES_MAX = 72 };

static bool ends_sentence(str word)
{
    return word.n > 1 &&
           (word.p[word.n - 1] == '.' || word.p[word.n - 1] == '!' || word.p[word.n - 1] == '?');
}

static void put_word(FILE *out, str word, bool is_first)
{
    if (is_first && (word.p[0] == '.' || word.p[0] == '\'')) {
        fputs("\\&", out); /* else it would be a macro */
    }
    for (size_t i = 0; i < word.n; i++) {
        if (word.p[i] == '\\') {
            fputs("\\e", out);
        } else {
            fputc(word.p[i], out);
        }
    }
}

/* Text of mdoc(7): each sentence begins a line, no line is long. */
static void put_text(FILE *out, str text)
{
    size_t column = 0;
    bool is_over = false;
    while (text.n > 0) {
        str word;
        text = str_cut(text, ' ', &word);
        if (word.n == 0) {
            continue;
        }
        bool is_break = column > 0 && (is_over || column + 1 + word.n > LINE_BYTES_MAX);
        if (column > 0) {
            fputc(is_break ? '\n' : ' ', out);
        }
        column = column == 0 || is_break ? 0 : column + 1;
        put_word(out, word, column == 0);
        column += word.n;
        is_over = ends_sentence(word);
    }
    fputc('\n', out);
}

/* "copy a desk" → "Copy a desk." */
static str sentence(struct arena *arena, const char *summary)
{
    return arena_printf(arena, "%c%s.", ascii_upper(summary[0]), summary + 1);
}

/* The help of a command: an empty line ends a paragraph, an indented one stays a line. */
static void put_help(FILE *out, struct arena *arena, str help)
{
    str line;
    str paragraph = {0};
    bool has_line = true;
    while (has_line) {
        has_line = str_next_line(&help, &line);
        bool is_text = has_line && line.n > 0 && line.p[0] != ' ';
        if (is_text) {
            paragraph = arena_printf(arena, "%.*s %.*s", STR_ARG(paragraph), STR_ARG(line));
            continue;
        }
        if (paragraph.n > 0) {
            put_text(out, paragraph);
            paragraph = (str){0};
        }
        if (has_line) {
            fputs(line.n == 0 ? ".Pp\n" : ".Dl ", out);
        }
        if (has_line && line.n > 0) {
            put_text(out, str_trim(line));
        }
    }
}

static void put_options(FILE *out, const struct arg_option *options)
{
    if (options[0].name == NULL) {
        return;
    }
    fputs(".Bl -tag -width Ds\n", out);
    for (size_t i = 0; options[i].name != NULL; i++) {
        fprintf(out, ".It Fl -%s", options[i].name);
        if (options[i].value != NULL) {
            fprintf(out, " Ar \"%s\"", options[i].value);
        }
        fputc('\n', out);
        put_text(out, str_c(options[i].help));
    }
    fputs(".El\n", out);
}

void manual_print(FILE *out, struct arena *arena)
{
    fputs(".Bl -tag -width Ds\n", out);
    for (size_t i = 0; commands[i] != NULL; i++) {
        const struct cmd *cmd = commands[i];
        fprintf(out, ".It Ic \"%s\"", cmd->name);
        if (cmd->usage != NULL && cmd->usage[0] != '\0') {
            fprintf(out, " No \"%s\"", cmd->usage);
        }
        fputc('\n', out);
        put_text(out, sentence(arena, cmd->summary));
        if (cmd->help != NULL) {
            fputs(".Pp\n", out);
            put_help(out, arena, str_c(cmd->help));
        }
        put_options(out, cmd->options);
    }
    fputs(".El\n", out);
}
