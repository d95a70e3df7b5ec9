//! GitHub's own clients through the sandbox's REST API: PyGithub sets a repository up, Octokit deploys from it.

use crate::sandbox::Sandbox;
use crate::shell::{Shell, module, scripts};

#[test]
fn github_clients_protect_an_environment_review_a_deployment_and_get_its_token() {
    let sandbox = Sandbox::start();
    let shell = Shell::new(sandbox.folder());
    let script = |name: &str| scripts().join(name).display().to_string();
    let control_token = sandbox.data().join("control-token");
    let people = shell.must(&format!(
        "python3 '{}' '{}' '{}'",
        script("github_people.py"),
        sandbox.github_url(),
        control_token.display()
    ));
    sandbox.write("people.json", people);
    let said = shell.must(&format!("python3 '{}' people.json", script("pygithub_environments.py")));
    assert_eq!(said.lines().last(), Some("production is protected"), "{said}");
    let story = module(sandbox.folder(), "octokit_story.mjs");
    let said = shell.must(&format!("node --no-deprecation {story} people.json"));
    assert_eq!(said.lines().last(), Some("the story is told"), "{said}");
}
