//! `[[repositories]]` with their branches and environments, and what stands alone at the top of the file.

use super::folder::Folder;

const REPOSITORY: &str = "[[repositories]]\nname = \"a/b\"\n";
const ENVIRONMENT: &str =
    "[[repositories]]\nname = \"a/b\"\n[[repositories.environments]]\nname = \"production\"\n";

#[test]
fn repositories_that_cannot_be_so() {
    let of = |rest: &str| format!("{REPOSITORY}{rest}");
    let branch = |rest: &str| format!("{REPOSITORY}[[repositories.protected_branches]]\n{rest}");
    Folder::new().refuses(&[
        (
            &of("visibility = \"secret\"\n"),
            "line 3: `secret` is not a visibility (write \"private\", \"internal\" or \"public\")",
        ),
        (
            &of("default_branch = \"a b\"\n"),
            "line 3: `a b` is not a branch (write its name without refs/heads/, as in \"main\")",
        ),
        (
            &of("created = 5\n"),
            "line 3: `created` is `integer`, which is no instant (write it as in 2026-07-16 or 2026-07-16T10:00:00Z, with \
             its zone)",
        ),
        (
            &of("created = 2026-07-16\nimmutable = false\n"),
            "line 4: the subjects of a repository that was made after 2026-07-15 carry ids always (leave `immutable` out, \
             or correct `created`)",
        ),
        (
            &of("enterprise = \"acme\"\n"),
            "line 3: there is no enterprise `acme` (add a table [[enterprises]] with slug = \"acme\")",
        ),
        (
            &of("subject_claims = [\"repo\"]\nuse_default_subject = true\n"),
            "line 3: `subject_claims` and `use_default_subject = true` exclude each other (leave one of the two)",
        ),
        (
            &of("properties = { team = 5 }\n"),
            "line 3: the custom property `team` has no such values (write a text, true, false, or a list of texts)",
        ),
        (
            &branch("pattern = \"\"\n"),
            "line 4: a pattern for branches has 1 to 1024 characters (write a branch, or a pattern as in \"release/*\")",
        ),
        (
            &branch("pattern = \"main\"\nrequired_approvals = 7\n"),
            "line 5: a pull request needs 6 approvals at the most (write a number from 0 to 6)",
        ),
        (
            &branch("pattern = \"main\"\n[[repositories.protected_branches]]\npattern = \"main\"\n"),
            "line 6: the protected branch `main` is listed twice (leave one of the two)",
        ),
        (
            "pull_request_target_subject = \"branch\"\n",
            "line 1: `branch` is not a subject of pull_request_target (write \"ref\" or \"pull_request\")",
        ),
    ]);
}

#[test]
fn environments_that_cannot_be_so() {
    let of = |rest: &str| format!("{ENVIRONMENT}{rest}");
    let branches = "line 5: `branches` says which branches and tags may deploy (write \"any\", \"protected\" or { branches \
                    = [\"main\", \"release/*\"], tags = [\"v*\"] })";
    let named = |name: &str| ENVIRONMENT.replace("production", name);
    Folder::new().refuses(&[
        (
            &named(""),
            "line 4: `` is no name of an environment: it has 1 to 255 characters, none of them a control character (correct \
             it in this table)",
        ),
        (
            &of("[[repositories.environments]]\nname = \"Production\"\n"),
            "line 6: the environment `Production` is listed twice (leave one of the two)",
        ),
        (
            &of("reviewers = [\"a\", \"b\", \"c\", \"d\", \"e\", \"f\", \"g\"]\n"),
            "line 4: an environment has 6 reviewers at the most, not 7 (correct it in this table)",
        ),
        (
            &of("reviewers = [\"a\", \"A\"]\n"),
            "line 4: a reviewer is listed twice (correct it in this table)",
        ),
        (
            &of("reviewers = [\"a b\"]\n"),
            "line 5: `a b` is not a login (write 1 to 39 letters, digits and single inner hyphens)",
        ),
        (
            &of("wait_minutes = 43201\n"),
            "line 4: a wait timer has 0 to 43200 minutes, not 43201 (correct it in this table)",
        ),
        (
            &of("wait_minutes = -1\n"),
            "line 5: invalid value: integer `-1`, expected u32 (see https://toml.io for how such a file is written)",
        ),
        (&of("branches = \"all\"\n"), branches),
        (&of("branches = [\"main\"]\n"), branches),
        (&of("branches = { branch = [\"main\"] }\n"), branches),
        (&of("branches = { tags = [1] }\n"), branches),
        (
            &of("branches = { tags = [\"\"] }\n"),
            "line 4: a pattern for branches or tags has 1 to 1024 characters (correct it in this table)",
        ),
        (
            &of("apps = [\"change-window\"]\n"),
            "line 5: there is no app `change-window` (add a table [[apps]] with its slug)",
        ),
    ]);
}
