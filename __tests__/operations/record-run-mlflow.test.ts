// What record-run tells an MLflow, and that MLflow never fails the step.
import { expect, test } from '@jest/globals'
import { recordRunStage, SHA, sha256, TRAIN } from './record-run-stage.ts'

const mlflow = { 'metrics-uri': 'http://mlflow.test/base/', 'run-id': 'r1' }

test('digest, commit and data are tags of the run', async () => {
  const { run, posts, image } = recordRunStage({ files: { d: 'x' } })
  await run({ ...mlflow, datasets: 'd=d\nv=v3' })
  expect(new Set(posts.map(({ url }) => url))).toEqual(
    new Set(['http://mlflow.test/base/api/2.0/mlflow/runs/set-tag']),
  )
  expect(posts.every(({ body }) => body['run_id'] === 'r1')).toBe(true)
  expect(Object.fromEntries(posts.map(({ body }) => [body['key'], body['value']]))).toEqual({
    'image-release.image': `${TRAIN}@${image.digest}`,
    'image-release.digest': image.digest,
    'image-release.platform': 'linux/amd64',
    'image-release.revision': SHA,
    'image-release.dirty': 'false',
    'image-release.dataset.d': `sha256:${sha256('x')}`,
    'image-release.dataset.v': 'v3',
    'mlflow.docker.image.uri': `${TRAIN}@${image.digest}`,
    'mlflow.source.git.commit': SHA,
  })
})

test('what passes is tried again', async () => {
  const { run, posts, answers, log } = recordRunStage()
  answers.push(503, 'broken', 429)
  await run(mlflow)
  expect(posts.slice(0, 4).map(({ body }) => body['key'])).toEqual(
    Array(4).fill('image-release.image'),
  )
  expect(log.lines).toContain('info: Tagged run r1 at MLflow')
})

// name, inputs, answers, the warning, requests
test.each<[string, Record<string, string>, (number | 'broken')[], RegExp, number]>([
  ['down', mlflow, [500, 500, 500, 500], /mlflow.test answered 500/, 4],
  ['refusing', mlflow, [404], /mlflow.test answered 404/, 1],
  ['unreachable', mlflow, Array(4).fill('broken'), /did not answer: hang up/, 4],
  ['not on http', { ...mlflow, 'metrics-uri': 'databricks' }, [], /no http or https/, 0],
  ['not told the run', { ...mlflow, 'run-id': '' }, [], /run-id is empty/, 0],
])('%s: a warning, never a failure', async (_, inputs, given, warning, requests) => {
  const { run, posts, answers, log } = recordRunStage()
  answers.push(...given)
  const { error, outputs } = await run(inputs)
  expect([error, outputs['script']]).toEqual([undefined, 'rerun.sh'])
  expect(log.lines.find((line) => line.startsWith('warning'))).toMatch(warning)
  expect(posts).toHaveLength(requests)
})

// name, environment, address, header
test.each([
  ['a token', { MLFLOW_TRACKING_TOKEN: 's3cret' }, 'mlflow.test', 'Bearer s3cret'],
  [
    'a user',
    { MLFLOW_TRACKING_USERNAME: 'u', MLFLOW_TRACKING_PASSWORD: 's3cret' },
    'mlflow.test',
    `Basic ${btoa('u:s3cret')}`,
  ],
  ['the address', {}, 'u:s3cret@mlflow.test', `Basic ${btoa('u:s3cret')}`],
])('logs in with %s, and keeps it to itself', async (_, environment, host, authorization) => {
  const { run, posts, log } = recordRunStage({ environment })
  await run({ ...mlflow, 'metrics-uri': `http://${host}` })
  expect(posts[0]).toMatchObject({
    url: 'http://mlflow.test/api/2.0/mlflow/runs/set-tag',
    headers: { authorization },
  })
  expect(log.secrets).toContain('s3cret')
  expect(log.lines.join('\n')).not.toContain('s3cret')
})
