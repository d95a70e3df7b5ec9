//! What a workflow says.

use daypass_github::workflow::{Body, InputKind, Level, Said, Secrets};
use serde_json::json;

use crate::parse;

const FULL: &str = r#"name: Deploy
run-name: Deploy ${{ inputs.target }} by @${{ github.actor }}
on:
  push:
    branches: [main, 'release/**']
    tags-ignore: v0.*
    paths:
      - 'src/**'
      - '!src/docs/**'
  pull_request:
    types: [opened, synchronize]
  workflow_dispatch:
    inputs:
      target:
        description: Where to
        type: environment
        required: true
      size:
        type: choice
        options: [small, 2]
        default: small
      dry:
        type: boolean
        default: true
      count: {type: number, default: 3}
      note:
  workflow_call:
    inputs:
      version: {type: string, required: true}
    outputs:
      url: {value: '${{ jobs.deploy.outputs.url }}'}
    secrets:
      TOKEN: {required: true}
      OTHER:
  schedule:
    - cron: '0 5 * * 1'
      timezone: Europe/London
permissions: read-all
env:
  REGION: eu-west-1
  VERSION: 1.10
  ON: yes
  OFF: true
defaults:
  run: {shell: bash, working-directory: app}
concurrency: {group: deploy, cancel-in-progress: true}
jobs:
  build:
    runs-on: [self-hosted, linux]
    strategy:
      fail-fast: false
      max-parallel: 2
      matrix:
        os: [linux, macos]
        node: [18, 20.5]
        include: [{os: linux, node: 18, extra: true}]
    outputs: {tag: '${{ steps.tag.outputs.value }}'}
    timeout-minutes: 30
    continue-on-error: true
    container: node:20
    services: {db: {image: postgres}}
    steps:
      - uses: actions/checkout@v6
        with: {fetch-depth: 0}
      - id: tag
        name: Tag
        if: success()
        run: |
          echo a
          echo b
        shell: sh
        env: {X: 1}
        working-directory: sub
        timeout-minutes: 5
  deploy:
    name: Deploy to ${{ inputs.target }}
    needs: [build]
    if: github.ref == 'refs/heads/main'
    runs-on: {group: big, labels: [x64]}
    environment:
      name: ${{ inputs.target }}
      url: https://${{ needs.build.outputs.tag }}.example.com
    permissions:
      id-token: write
      contents: read
    steps: [{run: ./deploy}]
  call:
    needs: deploy
    uses: ./.github/workflows/other.yml
    with: {version: 1.0, yes: true, name: x}
    secrets: inherit
  quiet:
    uses: o/r/.github/workflows/x.yml@v1
    permissions: {}
    secrets: {TOKEN: '${{ secrets.TOKEN }}'}
"#;

#[test]
fn the_head_is_read() {
    let workflow = parse(FULL);
    assert_eq!(workflow.findings, Vec::new());
    assert_eq!(workflow.display_name(), "Deploy");
    assert_eq!(workflow.run_name.as_ref().unwrap().line, 2);
    assert_eq!(workflow.permissions.as_ref().unwrap().said, Said::ReadAll);
    assert_eq!(workflow.permissions.as_ref().unwrap().line, 38);
    let env = |name: &str| workflow.env.get(name).unwrap().value.as_str();
    assert_eq!([env("REGION"), env("VERSION"), env("ON"), env("OFF")], ["eu-west-1", "1.1", "yes", "true"]);
    assert_eq!(workflow.defaults.shell.as_ref().unwrap().value, "bash");
    let concurrency = workflow.concurrency.as_ref().unwrap();
    assert_eq!(concurrency.group.value, "deploy");
    assert_eq!(concurrency.cancel_in_progress.as_ref().unwrap().value, "true");
}

#[test]
fn the_events_are_read() {
    let workflow = parse(FULL);
    let names: Vec<_> = workflow.events.iter().map(|event| (event.event.as_str(), event.line)).collect();
    let expected = [
        ("push", 4),
        ("pull_request", 10),
        ("workflow_dispatch", 12),
        ("workflow_call", 27),
        ("schedule", 35),
    ];
    assert_eq!(names, expected);
    let push = workflow.event("push").unwrap();
    let shown = |patterns: &Option<daypass_github::workflow::Patterns>| {
        let patterns = patterns.as_ref().unwrap();
        let texts: Vec<_> = patterns.patterns.iter().map(|pattern| pattern.value.clone()).collect();
        (patterns.ignore, texts.join(" "), patterns.line)
    };
    assert_eq!(shown(&push.branches), (false, "main release/**".to_owned(), 5));
    assert_eq!(shown(&push.tags), (true, "v0.*".to_owned(), 6));
    assert_eq!(shown(&push.paths), (false, "src/** !src/docs/**".to_owned(), 7));
    let inputs: Vec<_> = workflow
        .event("workflow_dispatch")
        .unwrap()
        .inputs
        .iter()
        .map(|input| {
            let default = input.default.as_ref().map(|default| default.value.clone());
            (input.name.as_str(), input.kind, input.required, default, input.options.join(","))
        })
        .collect();
    let expected = [
        ("target", InputKind::Environment, true, None, String::new()),
        ("size", InputKind::Choice, false, Some(json!("small")), "small,2".to_owned()),
        ("dry", InputKind::Boolean, false, Some(json!(true)), String::new()),
        ("count", InputKind::Number, false, Some(json!(3)), String::new()),
        ("note", InputKind::String, false, None, String::new()),
    ];
    assert_eq!(inputs, expected);
    let call = workflow.event("workflow_call").unwrap();
    assert_eq!(call.outputs.get("url").unwrap().value, "${{ jobs.deploy.outputs.url }}");
    let secrets: Vec<_> = call.secrets.iter().map(|it| (it.name.as_str(), it.required)).collect();
    assert_eq!(secrets, [("TOKEN", true), ("OTHER", false)]);
    let schedule = &workflow.event("schedule").unwrap().schedules;
    assert_eq!(schedule.first().unwrap().cron.value, "0 5 * * 1");
}

#[test]
fn the_jobs_are_read() {
    let workflow = parse(FULL);
    let lines: Vec<_> = workflow.jobs.iter().map(|job| (job.id.as_str(), job.line)).collect();
    assert_eq!(lines, [("build", 48), ("deploy", 75), ("call", 87), ("quiet", 92)]);
    let build = workflow.job("BUILD").unwrap();
    assert_eq!(build.runs_on.as_ref().unwrap().value, json!(["self-hosted", "linux"]));
    let strategy = build.strategy.as_ref().unwrap();
    assert_eq!(strategy.fail_fast.as_ref().unwrap().value, "false");
    assert_eq!(strategy.matrix.as_ref().unwrap().value["node"], json!([18, 20.5]));
    let Body::Steps(steps) = &build.body else { panic!("build has steps") };
    assert_eq!(steps[0].with.get("fetch-depth").unwrap().value, "0");
    assert_eq!((steps[1].id.as_ref().unwrap().value.as_str(), steps[1].line), ("tag", 65));
    assert_eq!(steps[1].run.as_ref().unwrap().value, "echo a\necho b\n");
    let deploy = workflow.job("deploy").unwrap();
    let environment = deploy.environment.as_ref().unwrap();
    assert_eq!((environment.name.value.as_str(), environment.name.line), ("${{ inputs.target }}", 81));
    assert!(environment.url.as_ref().unwrap().value.ends_with(".example.com"));
    let permissions = deploy.permissions.as_ref().unwrap();
    assert_eq!(permissions.level("id-token"), Level::Write);
    assert_eq!(permissions.line_of("id-token"), 84);
    assert_eq!(permissions.level("issues"), Level::None);
    let Body::Call(call) = &workflow.job("call").unwrap().body else { panic!("it calls") };
    assert_eq!(call.secrets, Secrets::Inherit);
    let with: Vec<_> = call.with.iter().map(|(name, value)| (name.as_str(), value.value.clone())).collect();
    assert_eq!(with, [("name", json!("x")), ("version", json!(1)), ("yes", json!(true))]);
    let quiet = workflow.job("quiet").unwrap();
    assert_eq!(quiet.permissions.as_ref().unwrap().level("contents"), Level::None);
}

#[test]
fn the_short_forms_of_on() {
    for (on, expected) in [
        ("on: push", vec!["push"]),
        ("on: [push, workflow_dispatch]", vec!["push", "workflow_dispatch"]),
        ("on:\n- push\n- issues", vec!["push", "issues"]),
        ("'on': {push: }", vec!["push"]),
    ] {
        let workflow = parse(&format!("{on}\njobs: {{a: {{runs-on: x, steps: [{{run: x}}]}}}}"));
        let names: Vec<_> = workflow.events.iter().map(|event| event.event.as_str()).collect();
        assert_eq!(names, expected, "{on}");
        assert_eq!(workflow.findings, Vec::new(), "{on}");
    }
}

#[test]
fn what_write_all_and_read_all_give() {
    for (said, id_token, contents, models) in [
        ("write-all", Level::Write, Level::Write, Level::Read),
        ("read-all", Level::None, Level::Read, Level::Read),
        ("{}", Level::None, Level::None, Level::None),
        ("{id-token: none}", Level::None, Level::None, Level::None),
        ("{contents: write}", Level::None, Level::Write, Level::None),
    ] {
        let text = format!("on: push\npermissions: {said}\njobs: {{a: {{runs-on: x, steps: [{{run: x}}]}}}}");
        let permissions = parse(&text).permissions.unwrap();
        let found = ["id-token", "contents", "models"].map(|scope| permissions.level(scope));
        assert_eq!(found, [id_token, contents, models], "{said}");
    }
}

#[test]
fn anchors_repeat_what_they_name() {
    let workflow = parse(
        "on: push\njobs:\n  a: &job\n    runs-on: x\n    env: &env {A: b}\n    steps: [{run: x, env: *env}]\n  b: *job\n",
    );
    let [a, b] = workflow.jobs.as_slice() else { panic!("two jobs") };
    assert_eq!((a.line, b.line), (3, 7));
    assert_eq!((&a.body, &a.env), (&b.body, &b.env));
    assert_eq!(a.env.get("A").unwrap().value, "b");
}
