"""PyGithub sets up the repository of the GitHub story: `pygithub_environments.py people.json`."""

import json
import sys

from github import Auth, BadCredentialsException, Github, GithubException, UnknownObjectException
from github.EnvironmentDeploymentBranchPolicy import EnvironmentDeploymentBranchPolicyParams
from github.EnvironmentProtectionRuleReviewer import ReviewerParams


def must_equal(actual, expected):
    if actual != expected:
        sys.exit(f"expected {expected!r}, got {actual!r}")


def must_raise(kind, status, words, call):
    try:
        answer = call()
    except GithubException as error:
        must_equal(type(error), kind)
        must_equal(error.status, status)
        if words not in str(error.data):
            sys.exit(f"expected {words!r} in {error.data!r}")
        return
    sys.exit(f"not refused: {answer!r}")


with open(sys.argv[1], encoding="utf-8") as file:
    people = json.load(file)


def client(login, place=""):
    # Without a pause between calls: the sandbox has no limit on them.
    auth = Auth.Token(people[login]["token"])
    return Github(auth=auth, base_url=people["url"] + place, seconds_between_requests=0, seconds_between_writes=0)


ada = client("ada", "/api/v3")
must_equal(ada.get_user().login, "ada")
rita = ada.get_user("rita")
must_equal(rita.id, people["rita"]["id"])
organization = ada.get_organization("your-org")
team = organization.get_team_by_slug("release")
must_equal([member.login for member in team.get_members()], ["rita"])

repository = organization.create_repo("your-repo", private=True)
must_equal((repository.full_name, repository.private), ("your-org/your-repo", True))
must_raise(GithubException, 422, "name already exists", lambda: organization.create_repo("your-repo"))
repository = ada.get_repo("your-org/your-repo")
must_equal(repository.permissions.admin, True)

made = repository.create_environment(
    "production",
    reviewers=[ReviewerParams(type_="User", id_=rita.id), ReviewerParams(type_="User", id_=people["wim"]["id"])],
    prevent_self_review=True,
)
must_equal(made.name, "production")
shown = repository.get_environment("production")
must_equal(shown.id, made.id)
(rule,) = shown.protection_rules
must_equal((rule.type, rule.prevent_self_review), ("required_reviewers", True))
must_equal([(it.type, it.reviewer.login) for it in rule.reviewers], [("User", "rita"), ("User", "wim")])
must_equal(shown.deployment_branch_policy, None)

for number in range(1, 36):
    repository.create_environment(f"review/{number}", wait_timer=number)
must_equal(repository.get_environments().totalCount, 36)
must_equal(len(list(repository.get_environments())), 36)
slashed = repository.get_environment("review/7")
must_equal((slashed.name, slashed.protection_rules[0].wait_timer), ("review/7", 7))
selected = EnvironmentDeploymentBranchPolicyParams(protected_branches=False, custom_branch_policies=True)
policed = repository.create_environment(
    "review/7",
    reviewers=[ReviewerParams(type_="Team", id_=team.id)],
    deployment_branch_policy=selected,
)
must_equal(policed.deployment_branch_policy.custom_branch_policies, True)
must_equal([it.type for it in policed.protection_rules], ["required_reviewers", "branch_policy"])
must_equal(policed.protection_rules[0].reviewers[0].reviewer.slug, "release")
for number in range(1, 36):
    repository.delete_environment(f"review/{number}")
must_equal([it.name for it in repository.get_environments()], ["production"])

branch = repository.get_branch("main")
must_equal(branch.protected, False)
branch.edit_protection(enforce_admins=True, required_approving_review_count=2)
must_equal(branch.get_protection().required_pull_request_reviews.required_approving_review_count, 2)
must_equal(repository.get_branch("main").protected, True)
must_raise(
    GithubException, 422, "required_linear_history", lambda: branch.edit_protection(required_linear_history=True)
)
branch.remove_protection()

unknown = [ReviewerParams(type_="User", id_=1)]
stranger = [ReviewerParams(type_="User", id_=people["sam"]["id"])]
both = EnvironmentDeploymentBranchPolicyParams(protected_branches=True, custom_branch_policies=True)
create = repository.create_environment
must_raise(GithubException, 422, "43200", lambda: create("x", wait_timer=43201))
must_raise(GithubException, 422, "no user 1", lambda: create("x", reviewers=unknown))
must_raise(GithubException, 422, "no read access", lambda: create("x", reviewers=stranger))
must_raise(GithubException, 422, "cannot be the same", lambda: create("x", deployment_branch_policy=both))
must_raise(UnknownObjectException, 404, "Not Found", lambda: repository.get_environment("nothing"))
must_raise(UnknownObjectException, 404, "Not Found", lambda: client("sam").get_repo("your-org/your-repo"))
read_only = client("rita").get_repo("your-org/your-repo")
must_raise(GithubException, 403, "admin rights", lambda: read_only.create_environment("x"))
people["nobody"] = {"token": "daypass_pat_guessed"}
must_raise(BadCredentialsException, 401, "Bad credentials", lambda: client("nobody").get_user().login)

print("production is protected")
