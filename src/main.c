/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the sub-command in one table and calls it; nothing else. */
#include <stdio.h>

#include "cmd/cmd.h"

enum { COMMAND_BYTES_MAX = 256 * 1024 * 1024 };

/* "ledger verify" is in the group "ledger". */
static bool is_in_group(const struct cmd *cmd, const char *group)
{
    str first = {0};
    return str_cut(str_c(cmd->name), ' ', &first).n > 0 && str_equal(first, str_c(group));
}

static bool is_group(const char *word)
{
    size_t i = 0;
    while (commands[i] != NULL && !is_in_group(commands[i], word)) {
        i++;
    }
    return commands[i] != NULL;
}

static void print_rows(FILE *out, const char *group)
{
    for (size_t i = 0; commands[i] != NULL; i++) {
        if (group == NULL || is_in_group(commands[i], group)) {
            fprintf(out, "  %-20s %s\n", commands[i]->name, commands[i]->summary);
        }
    }
}

static void print_commands(FILE *out)
{
    fputs("hustings: an election safety desk\n\nusage: hustings COMMAND …\n\n", out);
    print_rows(out, NULL);
    fputs("\n'hustings help COMMAND' explains one command; 'man hustings' has it all.\n", out);
}

static void print_group(FILE *out, const char *group)
{
    fprintf(out, "usage: hustings %s COMMAND …\n\n", group);
    print_rows(out, group);
    fprintf(out, "\n'hustings help %s COMMAND' explains one.\n", group);
}

static void print_help(const struct cmd *cmd)
{
    printf("hustings %s: %s\n\nusage: hustings %s %s\n", cmd->name, cmd->summary, cmd->name,
           cmd->usage);
    if (cmd->help != NULL) {
        printf("\n%s\n", cmd->help);
    }
    for (size_t i = 0; cmd->options[i].name != NULL; i++) {
        const struct arg_option *o = &cmd->options[i];
        char left[64];
        (void)snprintf(left, sizeof left, "--%s%s%s", o->name, o->value != NULL ? " " : "",
                       o->value != NULL ? o->value : "");
        printf("%s  %-28s %s\n", i == 0 ? "\n" : "", left, o->help);
    }
    if (cmd->more_help != NULL) {
        struct arena arena;
        arena_init(&arena, COMMAND_BYTES_MAX);
        cmd->more_help(stdout, &arena);
        arena_close(&arena);
    }
}

/* How many words of argv the command's name takes, 0 when it is another command. */
static int name_words(const struct cmd *cmd, int argc, char **argv)
{
    str rest = str_c(cmd->name);
    int words = 0;
    while (rest.n > 0) {
        str word = {0};
        rest = str_cut(rest, ' ', &word);
        if (words == argc || !str_equal(word, str_c(argv[words]))) {
            return 0;
        }
        words++;
    }
    return words;
}

static const struct cmd *find_command(int argc, char **argv, int *ret_words)
{
    const struct cmd *best = NULL;
    *ret_words = 0;
    for (size_t i = 0; commands[i] != NULL; i++) {
        int words = name_words(commands[i], argc, argv);
        if (words > *ret_words) {
            best = commands[i];
            *ret_words = words;
        }
    }
    return best;
}

static int run_command(const struct cmd *cmd, const char *program, int argc, char **argv)
{
    struct arena arena;
    struct args args;
    struct error err = {0};
    arena_init(&arena, COMMAND_BYTES_MAX);
    int code = 0;
    if (args_parse(&arena, cmd->options, argc, argv, &args, &err) != STATUS_OK) {
        code = cmd_usage(cmd, "%s", err.primary);
    } else {
        args.program = program;
        code = cmd->run(&args, &arena);
    }
    arena_close(&arena);
    return code;
}

/* Words that begin no command. */
static int unknown(int argc, char **argv)
{
    if (!is_group(argv[0])) {
        fprintf(stderr, "hustings: there is no command '%s'; 'hustings help' lists them\n",
                argv[0]);
        return 2;
    }
    if (argc > 1) {
        fprintf(stderr, "hustings: there is no command '%s %s'\n", argv[0], argv[1]);
    }
    print_group(stderr, argv[0]);
    return 2;
}

/* 'hustings help [COMMAND]' and 'hustings COMMAND --help': all, a group, or one command. */
static int help(int argc, char **argv)
{
    int words = 0;
    if (argc == 0) {
        print_commands(stdout);
        return 0;
    }
    if (argc == 1 && str_equal(str_c(argv[0]), STR("--man"))) {
        struct arena arena;
        arena_init(&arena, COMMAND_BYTES_MAX);
        manual_print(stdout, &arena); /* tools/manual */
        arena_close(&arena);
        return 0;
    }
    const struct cmd *cmd = find_command(argc, argv, &words);
    if (cmd != NULL) {
        print_help(cmd);
        return 0;
    }
    if (argc == 1 && is_group(argv[0])) {
        print_group(stdout, argv[0]);
        return 0;
    }
    return unknown(argc, argv);
}

static bool is_help(const char *word)
{
    return str_equal(str_c(word), STR("--help"));
}

int main(int argc, char **argv)
{
    int words = 0;
    if (argc < 2) {
        print_commands(stderr);
        return 2;
    }
    str first = str_c(argv[1]);
    if (is_help(argv[1]) || str_equal(first, STR("help"))) {
        return help(argc - 2, argv + 2);
    }
    if (str_equal(first, STR("--version"))) {
        printf("hustings %s\n", HUSTINGS_VERSION);
        return 0;
    }
    const struct cmd *cmd = find_command(argc - 1, argv + 1, &words);
    if (cmd == NULL && argc == 3 && is_help(argv[2])) {
        return help(1, argv + 1);
    }
    if (cmd == NULL) {
        return unknown(argc - 1, argv + 1);
    }
    for (int i = 1 + words; i < argc; i++) {
        if (is_help(argv[i])) {
            print_help(cmd);
            return 0;
        }
    }
    return run_command(cmd, argv[0], argc - 1 - words, argv + 1 + words);
}
