// Exchanges a token and uploads streams: `node streaming_upload.mjs ROLE-ARN TOKEN-FILE`. Prints what was seen as JSON.

import { readFileSync } from 'node:fs'
import { Readable } from 'node:stream'
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { AssumeRoleWithWebIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { Upload } from '@aws-sdk/lib-storage'

const BUCKET = 'my-prod-bucket'
const PART_BYTES = 5 * 1024 * 1024
const [role, tokenFile] = process.argv.slice(2)
const report = {}

const sts = new STSClient({})
const { Credentials: issued } = await sts.send(
  new AssumeRoleWithWebIdentityCommand({
    RoleArn: role,
    RoleSessionName: 'GitHubActions',
    WebIdentityToken: readFileSync(tokenFile, 'utf8').trim(),
  }),
)
const s3 = new S3Client({
  credentials: {
    accessKeyId: issued.AccessKeyId,
    secretAccessKey: issued.SecretAccessKey,
    sessionToken: issued.SessionToken,
  },
})

// What the SDK really sends, seen after it signed.
s3.middlewareStack.add(
  (next) => async (args) => {
    const headers = args.request.headers
    report.payload ??= headers['x-amz-content-sha256']
    report.trailer ??= headers['x-amz-trailer']
    return next(args)
  },
  { step: 'finalizeRequest', priority: 'low', name: 'watch' },
)

const bytesOf = (length) => Buffer.from(Uint8Array.from({ length }, (_, index) => (index * 31) % 251))
const streamOf = (bytes) =>
  Readable.from(
    (function* () {
      for (let at = 0; at < bytes.length; at += 10_007) yield bytes.subarray(at, at + 10_007)
    })(),
  )
const download = async (key) => {
  const answer = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: key, ChecksumMode: 'ENABLED' }))
  return { answer, bytes: Buffer.from(await answer.Body.transformToByteArray()) }
}

const body = bytesOf(1_234_567)
const put = await s3.send(
  new PutObjectCommand({
    Bucket: BUCKET,
    Key: 'stream.bin',
    Body: streamOf(body),
    ContentLength: body.length,
    ChecksumAlgorithm: 'CRC32',
  }),
)
const back = await download('stream.bin')
report.sameChecksum = put.ChecksumCRC32 !== undefined && put.ChecksumCRC32 === back.answer.ChecksumCRC32
report.sameBytes = back.bytes.equals(body)

const large = bytesOf(2 * PART_BYTES + 12_345)
await new Upload({
  client: s3,
  params: { Bucket: BUCKET, Key: 'parts.bin', Body: streamOf(large) },
  partSize: PART_BYTES,
}).done()
report.partsSameBytes = (await download('parts.bin')).bytes.equals(large)

try {
  await s3.send(
    new PutObjectCommand({ Bucket: 'my-other-bucket', Key: 'a', Body: streamOf(bytesOf(9)), ContentLength: 9 }),
  )
} catch (error) {
  report.refused = error.name
}
console.log(JSON.stringify(report))
