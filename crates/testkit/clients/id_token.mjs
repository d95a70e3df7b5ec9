// Fetches a token as an action does: `node id_token.mjs AUDIENCE FILE`. Prints the token's claims, writes the token.

import { writeFileSync } from 'node:fs'
import { getIDToken } from '@actions/core'

const [audience, file] = process.argv.slice(2)
// The toolkit prints a workflow command that masks the token; what this prints is for the test alone.
const print = process.stdout.write.bind(process.stdout)
process.stdout.write = () => true

try {
  const token = await getIDToken(audience || undefined)
  writeFileSync(file, token)
  print(Buffer.from(token.split('.')[1], 'base64url').toString() + '\n')
} catch (error) {
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
