// Answers questions with the core engine of @cloud-copilot/iam-simulate: one JSON object a line in, one word a line out.
//
// node iam_simulate.mjs PACKAGE < QUESTIONS

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const [folder] = process.argv.slice(2);
const part = (name) => import(pathToFileURL(`${folder}/${name}`).href);

const { authorize } = await part('core_engine/CoreSimulatorEngine.js');
const { DiscoveryContextKeyConstraints } = await part('context_keys/discoveryContextKeyConstraints.js');
const { AwsRequestImpl } = await part('request/request.js');
const { RequestContextImpl } = await part('requestContext.js');
const { anonymousPrincipal } = await part('simulation_engine/simulation.js');
const { loadPolicy } = createRequire(`${folder}/index.js`)('@cloud-copilot/iam-policy');

const read = (policy) => (policy ? loadPolicy(policy, { name: 'policy' }) : undefined);
const levels = (all) =>
  all.map((policies, number) => ({ orgIdentifier: `level-${number}`, policies: policies.map(read) }));

function answer(question) {
  const request = new AwsRequestImpl(
    question.principal ?? anonymousPrincipal,
    { resource: question.resource, accountId: question.account },
    question.action,
    new RequestContextImpl(question.context),
    question.resource === '*'
  );
  return authorize({
    request,
    identityPolicies: question.identity.map(read),
    sessionPolicy: read(question.session),
    permissionBoundaries: question.boundary ? [read(question.boundary)] : undefined,
    resourcePolicy: read(question.resourcePolicy),
    serviceControlPolicies: levels(question.serviceControl),
    resourceControlPolicies: levels(question.resourceControl),
    vpcEndpointPolicies: undefined,
    simulationParameters: {
      simulationMode: 'Strict',
      discoveryContextKeyConstraints: new DiscoveryContextKeyConstraints(),
    },
  }).result;
}

const answers = readFileSync(0, 'utf8').split('\n').map((line) => {
  try {
    return answer(JSON.parse(line));
  } catch (error) {
    return `error: ${error.message.split('\n')[0]}`;
  }
});
process.stdout.write(`${answers.join('\n')}\n`);
