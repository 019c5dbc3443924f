// SPDX-License-Identifier: MIT
/* help_shell.c: completions for bash, zsh and fish. */
#include "help.h"

#include <string.h>

#include "commands.h"

static void put_words(FILE *out, option_word *word)
{
	size_t i;

	for (i = 0; word(i); i++)
		fprintf(out, "%s%s", i ? " " : "", word(i));
}

static int is_file(const struct option_text *option)
{
	return option->argument && !strcmp(option->argument, "FILE");
}

/* In single quotes: a text that ends them, writes one, and begins anew. */
static void put_quoted(FILE *out, const char *text)
{
	for (; *text; text++)
		if (*text == '\'')
			fputs("'\\''", out);
		else
			fputc(*text, out);
}

/* The text of a zsh specification ends at a bracket or colon. */
static void put_zsh(FILE *out, const char *text)
{
	for (; *text; text++) {
		if (strchr("[]:\\", *text))
			fputc('\\', out);
		if (*text == '\'')
			fputs("'\\'", out);
		fputc(*text, out);
	}
}

static void bash_command(FILE *out, const struct command *command)
{
	const struct option_text *option;

	fprintf(out, "    %s)\n        options='--help", command->name);
	for (option = command->options; option->id; option++)
		fprintf(out, " --%s", option->name);
	fputs("'\n", out);
	if (command->word) {
		fputs("        operands='", out);
		put_words(out, command->word);
		fputs("'\n", out);
	} else if (*command->operands) {
		fputs("        files=yes\n", out);
	}
	fputs("        case $before in\n", out);
	for (option = command->options; option->id; option++) {
		if (!option->argument)
			continue;
		fprintf(out, "        --%s", option->name);
		if (option->letter)
			fprintf(out, " | -%c", option->letter);
		fputs(") value=yes options=''", out);
		fprintf(out, " operands='");
		if (option->word)
			put_words(out, option->word);
		fprintf(out, "' files=%s ;;\n", is_file(option) ? "yes" : "no");
	}
	fputs("        esac\n        ;;\n", out);
}

void help_bash(FILE *out)
{
	const struct command *command;

	fputs("# SPDX-License-Identifier: MIT\n"
	      "# Completions of xbench for bash; generated from its table.\n"
	      "_xbench()\n{\n"
	      "    local word=${COMP_WORDS[COMP_CWORD]}\n"
	      "    local before=${COMP_WORDS[COMP_CWORD - 1]}\n"
	      "    local options='' operands='' files=no value=no\n"
	      "    COMPREPLY=()\n"
	      "    case ${COMP_WORDS[1]} in\n",
	      out);
	for (command = commands; command->name; command++)
		bash_command(out, command);
	fputs("    esac\n"
	      "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
	      "        options='' files=no operands='--help --version",
	      out);
	for (command = commands; command->name; command++)
		fprintf(out, " %s", command->name);
	fputs("'\n    fi\n"
	      "    if [[ $word == -* && $value == no ]]; then\n"
	      "        mapfile -t COMPREPLY < <(compgen -W \"$options $operands\" -- \"$word\")\n"
	      "    elif [ \"$files\" = yes ]; then\n"
	      "        compopt -o filenames 2>/dev/null\n"
	      "        mapfile -t COMPREPLY < <(compgen -f -- \"$word\")\n"
	      "    else\n"
	      "        mapfile -t COMPREPLY < <(compgen -W \"$operands\" -- \"$word\")\n"
	      "    fi\n"
	      "}\n"
	      "complete -F _xbench xbench\n",
	      out);
}

static void zsh_option(FILE *out, const struct option_text *option)
{
	fputs("            '*--", out);
	fputs(option->name, out);
	fputc('[', out);
	put_zsh(out, option->text);
	fputc(']', out);
	if (option->argument) {
		fprintf(out, ":%s:", option->argument);
		if (option->word) {
			fputc('(', out);
			put_words(out, option->word);
			fputc(')', out);
		} else if (is_file(option)) {
			fputs("_files", out);
		}
	}
	fputs("' \\\n", out);
}

static void zsh_command(FILE *out, const struct command *command)
{
	const struct option_text *option;

	fprintf(out, "    %s)\n        _arguments \\\n", command->name);
	for (option = command->options; option->id; option++)
		zsh_option(out, option);
	if (command->word) {
		fputs("            '*:benchmark:(", out);
		put_words(out, command->word);
		fputs(")' \\\n", out);
	} else if (*command->operands) {
		fputs("            '*:file:_files' \\\n", out);
	}
	fputs("            '--help[show the help]'\n        ;;\n", out);
}

void help_zsh(FILE *out)
{
	const struct command *command;

	fputs("#compdef xbench\n"
	      "# SPDX-License-Identifier: MIT\n"
	      "# Completions of xbench for zsh; generated from its table.\n"
	      "_xbench()\n{\n"
	      "    local -a names\n"
	      "    names=(\n",
	      out);
	for (command = commands; command->name; command++) {
		fprintf(out, "        '%s:", command->name);
		put_quoted(out, command->text);
		fputs("'\n", out);
	}
	fputs("    )\n"
	      "    if ((CURRENT == 2)); then\n"
	      "        if [[ $PREFIX == -* ]]; then\n"
	      "            compadd -- --help --version\n"
	      "        else\n"
	      "            _describe command names\n"
	      "        fi\n"
	      "        return\n"
	      "    fi\n"
	      "    local name=$words[2]\n"
	      "    shift words\n"
	      "    ((CURRENT--))\n"
	      "    case $name in\n",
	      out);
	for (command = commands; command->name; command++)
		zsh_command(out, command);
	fputs("    esac\n}\n_xbench \"$@\"\n", out);
}

static void fish_command(FILE *out, const struct command *command)
{
	const struct option_text *option;
	const char *when = "complete -c xbench -n '__fish_seen_subcommand_from";

	for (option = command->options; option->id; option++) {
		fprintf(out, "%s %s' -l %s", when, command->name, option->name);
		if (option->letter)
			fprintf(out, " -s %c", option->letter);
		if (is_file(option))
			fputs(" -r -F", out);
		else if (option->argument)
			fputs(" -x", out);
		if (option->word) {
			fputs(" -a '", out);
			put_words(out, option->word);
			fputc('\'', out);
		}
		fputs(" -d '", out);
		put_quoted(out, option->text);
		fputs("'\n", out);
	}
	if (command->word) {
		fprintf(out, "%s %s' -a '", when, command->name);
		put_words(out, command->word);
		fputs("'\n", out);
	} else if (*command->operands) {
		fprintf(out, "%s %s' -F\n", when, command->name);
	}
}

void help_fish(FILE *out)
{
	const struct command *command;

	fputs("# SPDX-License-Identifier: MIT\n"
	      "# Completions of xbench for fish; generated from its table.\n"
	      "complete -c xbench -f\n"
	      "complete -c xbench -l help -d 'show the help'\n"
	      "complete -c xbench -n __fish_use_subcommand -l version -d 'show the version'\n",
	      out);
	for (command = commands; command->name; command++) {
		fprintf(out,
			"complete -c xbench -n __fish_use_subcommand -a %s -d '",
			command->name);
		put_quoted(out, command->text);
		fputs("'\n", out);
	}
	for (command = commands; command->name; command++)
		fish_command(out, command);
}
