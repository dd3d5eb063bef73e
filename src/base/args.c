/* SPDX-License-Identifier: Apache-2.0 */
#include "base/args.h"

static size_t option_index(const struct arg_option *options, str name)
{
    size_t i = 0;
    while (options[i].name != NULL && !str_equal(str_c(options[i].name), name)) {
        i++;
    }
    return i;
}

static enum status take_option(struct args *args, int argc, char **argv, int *at, struct error *err)
{
    str name = {0};
    str text = str_c(argv[*at] + 2);
    str value = str_cut(text, '=', &name);
    bool has_value = name.n < text.n;
    size_t i = option_index(args->options, name);
    if (args->options[i].name == NULL) {
        enum status status =
            error_set(err, STATUS_INVALID, "there is no option --%.*s", STR_ARG(name));
        error_hint(err, "--help lists the options of this command");
        return status;
    }
    if (args->options[i].value == NULL) {
        if (has_value) {
            return error_set(err, STATUS_INVALID, "--%s takes no value", args->options[i].name);
        }
    } else if (has_value) {
        args->values[i] = value.p;
    } else {
        if (*at + 1 >= argc) {
            return error_set(err, STATUS_INVALID, "--%s needs a value (%s)", args->options[i].name,
                             args->options[i].value);
        }
        args->values[i] = argv[++*at];
    }
    args->is_given[i] = true;
    return STATUS_OK;
}

enum status args_parse(struct arena *arena, const struct arg_option *options, int argc, char **argv,
                       struct args *ret_args, struct error *err)
{
    struct args args = {.options = options};
    bool options_ended = false;
    args.words = ARENA_ARRAY(arena, const char *, (size_t)argc + 1);
    for (int i = 0; i < argc; i++) {
        str word = str_c(argv[i]);
        if (!options_ended && str_equal(word, STR("--"))) {
            options_ended = true;
        } else if (!options_ended && str_starts(word, STR("--"))) {
            enum status status = take_option(&args, argc, argv, &i, err);
            if (status != STATUS_OK) {
                return status;
            }
        } else {
            args.words[args.word_count++] = argv[i];
        }
    }
    *ret_args = args;
    return STATUS_OK;
}

bool args_has(const struct args *args, const char *name)
{
    size_t i = option_index(args->options, str_c(name));
    ASSERT(args->options[i].name != NULL);
    return args->is_given[i];
}

const char *args_value(const struct args *args, const char *name, const char *otherwise)
{
    size_t i = option_index(args->options, str_c(name));
    ASSERT(args->options[i].name != NULL);
    return args->is_given[i] ? args->values[i] : otherwise;
}

enum status args_number(const struct args *args, const char *name, int64_t otherwise, int64_t low,
                        int64_t high, int64_t *ret_value, struct error *err)
{
    const char *text = args_value(args, name, NULL);
    int64_t value = otherwise;
    if (text != NULL && (!str_to_i64(str_c(text), &value) || value < low || value > high)) {
        return error_set(err, STATUS_INVALID, "--%s wants a whole number from %lld to %lld", name,
                         (long long)low, (long long)high);
    }
    *ret_value = value;
    return STATUS_OK;
}
