#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# ci_recipes.sh SOURCE: the recipes of docs/ci on a commit that is slower.
#
# In a clone of the tree, a commit makes `lfence` execute two fences.  Each
# recipe's own command, taken out of its file, has to turn red on it, by exit
# code or JUnit; on a commit that changes no code it must not; git bisect has
# to find the commit.
set -euo pipefail

source=$(realpath "$1")
git -C "$source" rev-parse --git-dir >/dev/null 2>&1 || {
    echo "skipped: no git repository to clone" >&2
    exit 77
}
/usr/bin/python3 -c 'import yaml' 2>/dev/null || {
    echo "skipped: no python3-yaml" >&2
    exit 77
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export XBENCH_RUN='lfence --backend user --mode throughput'

fail() {
    printf 'ci_recipes: %s\n' "$*" >&2
    [ ! -e "$work/log" ] || tail -n 30 "$work/log" >&2
    exit 1
}

commit() { # MESSAGE
    git -c user.name=test -c user.email=test@localhost commit -qam "$1"
    git rev-parse HEAD
}

# Slots of 5 s are for figures; here the rise is 100 %.
recipe_command() { # FILE
    /usr/bin/python3 - "$1" <<'END' | sed 's/ --also/ --spacing 0 --also/'
import sys, yaml
path = sys.argv[1]
if path.endswith("Jenkinsfile"):
    line, = [l for l in open(path) if l.lstrip().startswith("sh '")]
    print(line.strip()[len("sh '"):-1])
elif path.endswith("gitlab.yml"):
    print("\n".join(yaml.safe_load(open(path))["xbench"]["script"]))
else:
    steps = yaml.safe_load(open(path))["jobs"]["gate"]["steps"]
    step, = [s for s in steps if s.get("name") == "gate"]
    assert set(step["env"]) == {"BASE", "HEAD"}
    print(step["run"])
END
}

git clone -q "$source" "$work/repo"
cd "$work/repo"
# The clone is of what is committed; the recipes and the sources as they are.
tar -C "$source" --exclude=./build --exclude=./.git --exclude=./results -cf - . |
    tar -xf -
git add -A
git diff --cached --quiet || commit "as it is" >/dev/null
start=$(git rev-parse HEAD)
echo >>README.md
same=$(commit "no code")
sed -i '/^xb_payload lfence/s/"lfence"/"lfence; lfence"/' bench/payload/fence.S
slow=$(commit "slower") || fail "lfence is not where it was"
echo >>README.md
last=$(commit "no code again")
git branch -q target "$start"
git update-ref refs/remotes/origin/target "$start"
export GITHUB_STEP_SUMMARY=$work/summary CHANGE_TARGET=target

try() { # FILE BASE HEAD
    rm -f xbench.xml
    git checkout -q "$3"
    status=0
    BASE=$2 HEAD=$3 CI_MERGE_REQUEST_DIFF_BASE_SHA=$2 CI_COMMIT_SHA=$3 \
        bash -ec "$(recipe_command "docs/ci/$1")" >"$work/log" 2>&1 ||
        status=$?
    [ -e xbench.xml ] || fail "$1: no xbench.xml, exit code $status"
}

for recipe in github.yml gitlab.yml Jenkinsfile; do
    try "$recipe" "$start" "$slow"
    grep -q 'failures="1"' xbench.xml || fail "$recipe: no failure in JUnit"
    [ "$recipe" = Jenkinsfile ] || [ "$status" -eq 1 ] ||
        fail "$recipe: exit code $status on a slower commit"
done
grep -q 'xbench gate: FAIL' "$work/summary" || fail "no summary for GitHub"
try github.yml "$start" "$same"
[ "$status" -eq 0 ] || fail "exit code $status on a commit without code"
grep -q 'failures="0"' xbench.xml || fail "a failure on a commit without code"

cp docs/ci/*.sh "$work"
git checkout -q "$last"
git bisect start "$last" "$start" >"$work/log"
git bisect run "$work/bisect.sh" "$start" --spacing 0 >"$work/log" 2>&1 ||
    fail "git bisect run: exit code $?"
grep -q "^$slow is the first bad commit" "$work/log" ||
    fail "git bisect found another commit than $slow"
echo "three recipes turn red, and git bisect finds the commit"
