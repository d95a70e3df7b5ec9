// Octokit from a workflow's file to the token of its job: `node octokit_story.mjs people.json`. The repository and the
// environment `production`, which rita and wim review, were made before.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { getIDToken } from '@actions/core'
import { Octokit as Core } from '@octokit/core'
import { Octokit } from '@octokit/rest'

const people = JSON.parse(readFileSync(process.argv[2], 'utf8'))
const quiet = { debug() {}, info() {}, warn() {}, error() {} }
const client = (login) => new Octokit({ auth: people[login].token, baseUrl: people.url, log: quiet })
const [ada, wim, rita, sam] = ['ada', 'wim', 'rita', 'sam'].map(client)
const place = { owner: 'your-org', repo: 'your-repo' }
const path = '.github/workflows/deploy.yml'

// The toolkit prints a workflow command that masks the token; what this prints is for the test alone.
const print = process.stdout.write.bind(process.stdout)
process.stdout.write = () => true

const workflow = (jobs) => `name: Deploy
on:
  push:
  workflow_dispatch:
    inputs:
      version:
        required: true
jobs:
${jobs}`
const deploy = workflow(`  deploy:
    runs-on: ubuntu-latest
    environment: production
    permissions:
      id-token: write
    steps:
      - run: make deploy
`)

/** What a runner does: takes the job, and asks for its token as an action does. */
async function start(run, job) {
  const answer = await fetch(`${people.url}/_daypass/runs/${run}/jobs/${job}/start`, {
    method: 'POST',
    headers: { authorization: `Bearer ${people.control}` }
  })
  return { status: answer.status, ...(await answer.json()) }
}

async function identity(started) {
  process.env.ACTIONS_ID_TOKEN_REQUEST_URL = started.request_url
  process.env.ACTIONS_ID_TOKEN_REQUEST_TOKEN = started.request_token
  const token = await getIDToken('sts.amazonaws.com')
  return JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString())
}

async function refused(status, words, call) {
  await assert.rejects(call, (error) => {
    assert.equal(error.status, status, error.message)
    assert.match(error.message, words)
    return true
  })
}

async function dispatch(octokit) {
  const answer = await octokit.rest.actions.createWorkflowDispatch({
    ...place,
    workflow_id: 'deploy.yml',
    ref: 'main',
    inputs: { version: '1.2.3' },
    return_run_details: true
  })
  assert.equal(answer.status, 200)
  const run_id = answer.data.workflow_run_id
  const { data } = await octokit.rest.actions.listJobsForWorkflowRun({ ...place, run_id })
  return { run_id, job: data.jobs.find((job) => job.name === 'deploy') }
}

async function pending(octokit, run_id) {
  return (await octokit.rest.actions.getPendingDeploymentsForRun({ ...place, run_id })).data
}

async function review(octokit, run_id, state) {
  const { data } = await rita.rest.repos.getEnvironment({ ...place, environment_name: 'production' })
  return octokit.rest.actions.reviewPendingDeploymentsForRun({
    ...place,
    run_id,
    environment_ids: [data.id],
    state,
    comment: `${state} by a test`
  })
}

// The workflow is uploaded, and replaced by who knows what is replaced.
const put = (content, sha) =>
  wim.rest.repos.createOrUpdateFileContents({
    ...place,
    path,
    message: 'deploy',
    content: Buffer.from(content).toString('base64'),
    sha
  })
const made = await put(workflow('  deploy:\n    runs-on: ubuntu-latest\n    steps: []\n'))
assert.equal(made.status, 201)
await refused(422, /"sha" wasn't supplied/, () => put(deploy))
assert.equal((await put(deploy, made.data.content.sha)).status, 200)
const file = await rita.rest.repos.getContent({ ...place, path })
assert.equal(Buffer.from(file.data.content, 'base64').toString(), deploy)
await refused(403, /write access/, () =>
  rita.rest.repos.createOrUpdateFileContents({ ...place, path, message: 'x', content: '' })
)
const [listed] = (await rita.rest.actions.listRepoWorkflows(place)).data.workflows
assert.deepEqual([listed.name, listed.path, listed.state], ['Deploy', path, 'active'])

// A dispatch says what is wrong with it.
const wrong = (more) => () =>
  wim.rest.actions.createWorkflowDispatch({ ...place, workflow_id: listed.id, ref: 'main', ...more })
await refused(422, /Required input 'version' not provided/, wrong({}))
await refused(422, /Unexpected inputs provided/, wrong({ inputs: { version: '1', speed: '2' } }))
await refused(404, /Not Found/, wrong({ workflow_id: 'nothing.yml' }))
await refused(403, /write access/, () =>
  rita.rest.actions.createWorkflowDispatch({ ...place, workflow_id: listed.id, ref: 'main' })
)
await refused(404, /Not Found/, () => sam.rest.actions.listWorkflowRunsForRepo(place))

// The first run waits, and is rejected: no token.
const first = await dispatch(wim)
assert.equal(first.job.status, 'waiting')
const [wait] = await pending(rita, first.run_id)
assert.equal(wait.environment.name, 'production')
assert.equal(wait.current_user_can_approve, true)
assert.deepEqual(
  wait.reviewers.map((it) => it.reviewer.login),
  ['rita', 'wim']
)
assert.equal((await pending(wim, first.run_id))[0].current_user_can_approve, false)
let started = await start(first.run_id, first.job.id)
assert.equal(started.status, 409)
assert.match(started.error, /waits at the environment production for a review by rita or wim/)
const [rejected] = (await review(rita, first.run_id, 'rejected')).data
assert.equal(rejected.environment, 'production')
started = await start(first.run_id, first.job.id)
assert.deepEqual([started.status, started.error], [409, 'the run is over: none of its jobs can start'])
const over = await wim.rest.actions.getWorkflowRun({ ...place, run_id: first.run_id })
assert.deepEqual([over.data.status, over.data.conclusion], ['completed', 'failure'])
await refused(422, /nothing can be changed any more/, () => review(rita, first.run_id, 'approved'))

// The second run is not approved by who started it, nor by an administrator who is no reviewer.
const second = await dispatch(wim)
await refused(422, /wim started the run, and may not review it/, () => review(wim, second.run_id, 'approved'))
await refused(422, /ada is not a reviewer of production/, () => review(ada, second.run_id, 'approved'))
await refused(404, /Not Found/, () => review(sam, second.run_id, 'approved'))
assert.equal((await start(second.run_id, second.job.id)).status, 409)
assert.deepEqual((await rita.rest.actions.getReviewsForRun({ ...place, run_id: second.run_id })).data, [])

// The reviewer approves it: the token names the environment.
await review(rita, second.run_id, 'approved')
assert.deepEqual(await pending(rita, second.run_id), [])
const [approval] = (await wim.rest.actions.getReviewsForRun({ ...place, run_id: second.run_id })).data
assert.deepEqual([approval.state, approval.user.login], ['approved', 'rita'])
assert.equal(approval.environments[0].name, 'production')
await refused(422, /nothing can be changed any more/, () => review(rita, second.run_id, 'approved'))
started = await start(second.run_id, second.job.id)
assert.equal(started.status, 200, started.error)
const claims = await identity(started)
assert.match(claims.sub, /^repo:your-org@\d+\/your-repo@\d+:environment:production$/)
assert.deepEqual(
  [claims.aud, claims.event_name, claims.actor, claims.run_id, claims.environment],
  ['sts.amazonaws.com', 'workflow_dispatch', 'wim', String(second.run_id), 'production']
)
const running = await wim.rest.actions.getJobForWorkflowRun({ ...place, job_id: second.job.id })
assert.equal(running.data.status, 'in_progress')

// An administrator takes the approval back: the job that had its token gets no other.
const [{ id }] = approval.environments
await ada.request('POST /repos/{owner}/{repo}/actions/runs/{run_id}/pending_deployments/revoke', {
  ...place,
  run_id: second.run_id,
  environment_ids: [id],
  comment: 'too early'
})
await assert.rejects(identity(started), /Error Code : 403/)

// Pages, filters, cancelling; and the plain client at the place of an enterprise's API.
const third = await dispatch(ada)
assert.equal((await wim.rest.actions.cancelWorkflowRun({ ...place, run_id: third.run_id })).status, 202)
const all = await rita.paginate(rita.rest.actions.listWorkflowRunsForRepo, { ...place, per_page: 1 })
assert.deepEqual(
  all.map((run) => run.id),
  [third.run_id, second.run_id, first.run_id]
)
const core = new Core({ auth: people.rita.token, baseUrl: `${people.url}/api/v3`, log: quiet })
const filtered = await core.request('GET /repos/{owner}/{repo}/actions/runs', { ...place, actor: 'ada' })
assert.deepEqual([filtered.data.total_count, filtered.data.workflow_runs[0].conclusion], [1, 'cancelled'])
assert.match(filtered.data.workflow_runs[0].url, /\/api\/v3\/repos\/your-org\/your-repo\/actions\/runs\/\d+$/)
await refused(404, /the sandbox does not offer GET \/repos\/your-org\/your-repo\/issues/, () =>
  core.request('GET /repos/{owner}/{repo}/issues', place)
)
await refused(401, /Bad credentials/, () => new Octokit({ auth: 'guessed', baseUrl: people.url, log: quiet }).rest.users.getAuthenticated())
await refused(401, /Requires authentication/, () => new Core({ baseUrl: people.url, log: quiet }).request('GET /user'))

print('the story is told\n')
