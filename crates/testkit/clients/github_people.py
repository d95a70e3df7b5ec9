"""Adds the users of the GitHub stories by the sandbox's control calls: `github_people.py URL CONTROL_TOKEN_FILE`.

Prints their numbers and tokens as JSON.
"""

import json
import sys
import urllib.request

PEOPLE = [
    {"login": "ada", "grants": ["your-org/*=admin"]},
    {"login": "wim", "grants": ["your-org/your-repo=write"]},
    {"login": "rita", "grants": ["your-org/*=read"], "teams": ["your-org/release"]},
    {"login": "sam", "grants": ["other-org/*=admin"]},
]


def add(url, control_token, person):
    request = urllib.request.Request(
        f"{url}/_daypass/users",
        data=json.dumps(person).encode(),
        headers={"Authorization": f"Bearer {control_token}"},
    )
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


url, token_file = sys.argv[1:]
with open(token_file, encoding="utf-8") as file:
    control_token = file.read().strip()
people = {person["login"]: add(url, control_token, person) for person in PEOPLE}
print(json.dumps({"url": url, "control": control_token, **people}))
