// The workflows in examples/, run from their files: events in, and what stands in registry and
// GitHub in the end. A job's token has the permissions that the file gives it, and no others.
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import {
  dispatchEvent,
  pullRequestEvent,
  pushEvent,
  releaseEvent,
  scheduleEvent,
} from '../../scripts/stage/events.js'
import { digestsByTag } from '../../scripts/stage/witness.js'
import { allOn } from '../all-on.ts'
import { pushToolImage } from './harness-buildx.ts'
import { type Play, playWorkflow, staged } from './play-workflow.ts'
import { type App, errorsOf, openStage, tagsIn } from './stage.ts'

const stage = openStage()

const read = (file: string) =>
  readFileSync(new URL(`../../examples/${file}`, import.meta.url), 'utf8')

const play = (file: string, plays: Play & { readonly mayFail?: boolean }) =>
  playWorkflow(stage, staged(read(`${file}.yml`), plays.app), plays)

/** A release with notes, published at the newest commit. */
function publish({ git }: App, tag: string) {
  const notes = stage.repository.addRelease(tag, { body: 'What is new' })
  const event = releaseEvent({ sha: git('rev-parse', 'HEAD'), tag, id: notes.id })
  return { notes, event }
}

const pod = (image: string) => `spec:\n  containers:\n    - image: ${image} # the app\n`

function skopeoCopy(from: string, to: string): void {
  const flags = ['--all', '--src-tls-verify=false', '--dest-tls-verify=false']
  execFileSync('skopeo', ['copy', ...flags, from, to], { stdio: 'ignore' })
}

const deploymentsOf = ({ image }: App) =>
  stage.repository.deployments
    .filter(({ payload }) => (payload as { image: string }).image === image)
    .map(({ environment, statuses }) => `${environment} ${statuses.at(-1)?.state}`)

test.concurrent('release: main builds it, the release puts its tags on that digest', async () => {
  const app = stage.app()
  const main = await play('release', { app, event: pushEvent({ sha: app.sha }) })
  const own = main.results[0]?.log.replace(/^::group::[\s\S]*?^::endgroup::/gm, '').split('\n')
  expect(own?.length).toBeLessThan(40)
  const { notes, event } = publish(app, 'v1.4.2')
  const { results } = await play('release', { app, event })
  const { digest, built } = results[0]?.outputs ?? {}
  expect(built).toBe('false')
  expect(await digestsByTag(app.image)).toEqual(
    allOn(digest, tagsIn('1.4.2 1.4 1 dev git-<sha>', app.sha)),
  )
  expect(notes.body).toContain(digest)
})

test.concurrent("the README's first workflow: the same, by the permissions it shows", async () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
  const [, workflow = ''] = /```yaml\n(on:[\s\S]*?)```/.exec(readme) ?? []
  const app = stage.app()
  const main = await playWorkflow(stage, workflow, { app, event: pushEvent({ sha: app.sha }) })
  const { notes, event } = publish(app, 'v1.4.2')
  const released = await playWorkflow(stage, workflow, { app, event })
  const digest = main.results[0]?.outputs['digest']
  expect(released.results[0]?.outputs).toMatchObject({ built: 'false', digest })
  expect(await digestsByTag(app.image)).toEqual(
    allOn(digest, tagsIn('1.4.2 1.4 1 dev git-<sha>', app.sha)),
  )
  expect(notes.body).toContain(digest)
  const told = [main, released].flatMap(({ results }) =>
    results.flatMap(({ commands }) => commands),
  )
  expect(told.filter(({ name }) => ['notice', 'warning'].includes(name))).toEqual([])
})

test.concurrent('monorepo: a tag of web releases web alone', async () => {
  const app = stage.app({
    'services/api/Dockerfile': 'FROM scratch\nCOPY Dockerfile /api\n',
    'services/web/Dockerfile': 'FROM scratch\nCOPY Dockerfile /web\n',
  })
  app.commit({ '.github/image-release.yml': staged(read('monorepo.defaults.yml'), app) })
  const { event } = publish(app, 'web/v2.0.0')
  const { results } = await play('monorepo', { app, event })
  expect(results.map(({ outputs }) => outputs['skipped'] !== undefined)).toEqual([true, false])
  expect(await digestsByTag(`${app.image}-api`)).toEqual({})
  expect(Object.keys(await digestsByTag(`${app.image}-web`))).toEqual(
    expect.arrayContaining(['2.0.0', '2.0', '2']),
  )
})

test.concurrent('native-matrix: two parts, one index under the tags', async () => {
  const app = stage.app()
  const { results } = await play('native-matrix', { app, event: pushEvent({ sha: app.sha }) })
  const { digest, platforms = '' } = results.at(-1)?.outputs ?? {}
  expect(Object.keys(JSON.parse(platforms))).toEqual(['linux/amd64', 'linux/arm64'])
  expect(await digestsByTag(app.image)).toMatchObject(
    allOn(digest, tagsIn('dev git-<sha>', app.sha)),
  )
  expect(deploymentsOf(app)).toEqual(['dev success'])
})

test.concurrent('variants: each under tags of its own, and in a block of the notes', async () => {
  const app = stage.app()
  app.commit({
    Dockerfile: 'FROM scratch AS cpu\nCOPY app.txt /\nFROM cpu AS gpu\nCOPY app.txt /gpu\n',
  })
  const { notes, event } = publish(app, 'v1.4.2')
  const { results } = await play('variants', { app, event })
  const [cpu, gpu] = results.map(({ outputs }) => outputs['digest'])
  expect(gpu).not.toBe(cpu)
  expect(await digestsByTag(app.image)).toMatchObject({
    ...allOn(cpu, ['1.4.2', '1.4', '1']),
    ...allOn(gpu, ['1.4.2-gpu', '1.4-gpu', '1-gpu']),
  })
  expect(notes.body).toContain(cpu)
  expect(notes.body).toContain(gpu)
})

test.concurrent('preview: an image and a comment, both dealt with when it is closed', async () => {
  const app = stage.app()
  const facts = { sha: app.sha, number: 21 }
  await play('preview', { app, event: pullRequestEvent(facts) })
  expect(Object.keys(await digestsByTag(app.image))).toContain('pr-21')
  const comments = () => stage.repository.comments.filter(({ issue }) => issue === 21)
  expect(comments().map(({ body }) => body)).toEqual([expect.stringContaining('pr-21')])
  await play('preview', { app, event: pullRequestEvent({ ...facts, action: 'closed' }) })
  expect(await digestsByTag(app.image)).toEqual({})
  expect(comments().map(({ body }) => body)).toEqual([expect.stringMatching(/delete/i)])
})

test.concurrent('attest: what is signed is what is published', async () => {
  const app = stage.app()
  const { notes, event } = publish(app, 'v1.4.2')
  const { results, others } = await play('attest', { app, event })
  const [built, published] = results.map(({ outputs }) => outputs)
  expect(built?.['tag-names']).toBe(`git-${app.sha.slice(0, 7)}`)
  expect(others.find(({ action }) => action === 'actions/attest')?.with).toMatchObject({
    'subject-name': app.image,
    'subject-digest': built?.['digest'],
  })
  expect(published).toMatchObject({ built: 'false', digest: built?.['digest'] })
  expect(await digestsByTag(app.image)).toMatchObject(
    allOn(built?.['digest'], ['1.4.2', '1.4', '1']),
  )
  expect(notes.body).toContain(built?.['digest'])
})

/** An application of which these versions, each of its own commit, have come into prod. */
async function inProd(...versions: string[]) {
  const app = stage.app()
  for (const version of versions) {
    app.commit({ 'version.txt': version })
    await play('release', { app, event: publish(app, `v${version}`).event })
    const inputs = { version }
    await play('promote', { app, event: dispatchEvent({ sha: app.sha }), inputs })
  }
  return app
}

test.concurrent('promote, rollback, audit: there, back, and a tag moved by hand is seen', async () => {
  const app = await inProd('1.4.2', '1.5.0')
  const before = await digestsByTag(app.image)
  expect(before).toMatchObject(allOn(before['1.5.0'], ['staging', 'prod']))
  const moves = ['staging success', 'prod success']
  expect(deploymentsOf(app)).toEqual([...moves, ...moves])

  const inputs = { channel: 'prod', to: 'previous', reason: 'It loses orders' }
  await play('rollback', { app, event: dispatchEvent({ sha: app.sha }), inputs })
  const after = await digestsByTag(app.image)
  expect(after).toEqual({ ...before, prod: before['1.4.2'] })

  for (const channel of ['staging', 'prod'])
    app.commit({ [`deploy/${channel}/app.yaml`]: pod(`${app.image}:1@${after[channel]}`) })
  const event = scheduleEvent({ sha: app.sha })
  const quiet = await play('audit', { app, event })
  expect(quiet.results[0]?.outputs['drift']).toBe('false')
  expect(readFileSync(join(app.folder, 'audit.html'), 'utf8')).toContain(after['prod'])
  skopeoCopy(`docker://${app.image}:1.5.0`, `docker://${app.image}:prod`)
  const loud = await play('audit', { app, event, mayFail: true })
  expect(loud.results[0]).toMatchObject({ code: 1, outputs: { drift: 'true' } })
})

/**
 * An application whose files for staging name this version, here and in what GitHub has of main.
 */
function inStaging(version: string) {
  const app = stage.app()
  const files = { 'deploy/staging/app.yaml': pod(`${app.image}:${version}`) }
  app.commit(files)
  stage.repository.git.commit('main', files)
  return app
}

test.concurrent('gitops: one pull request pins the files to the release', async () => {
  const app = inStaging('1.4.1')
  const { results } = await play('gitops', { app, event: publish(app, 'v1.4.2').event })
  const { digest } = results[0]?.outputs ?? {}
  expect(stage.repository.git.filesOf('image-release/staging')).toMatchObject({
    'deploy/staging/app.yaml': pod(`${app.image}:1.4.2@${digest}`),
  })
  expect(results[1]?.outputs['pull-request-url']).toMatch(/\/pull\/\d+$/)
})

test.concurrent('pin-check: red with the place, green once it is pinned', async () => {
  const app = stage.app()
  await play('release', { app, event: pushEvent({ sha: app.sha }) })
  const { dev } = await digestsByTag(app.image)
  const event = pullRequestEvent({ sha: app.sha })
  app.commit({ 'k8s/app.yaml': pod(`${app.image}:dev`) })
  const red = await play('pin-check', { app, event, mayFail: true })
  expect(red.results[0]).toMatchObject({ code: 1 })
  expect(red.results.flatMap(errorsOf)[0]).toContain(`${app.image}:dev has no digest`)
  app.commit({ 'k8s/app.yaml': pod(`${app.image}:dev@${dev}`) })
  await play('pin-check', { app, event })
})

test.concurrent('training: the run is really run, and its record can be read', async () => {
  const app = stage.app({
    'train.sh': 'while read -r n; do echo "$1 $n"; done <data/train >model.bin\n',
  })
  mkdirSync(join(app.folder, 'data'))
  writeFileSync(join(app.folder, 'data/train'), '1\n2\n')
  const image = `${app.image}-train`
  pushToolImage(`${image}:1.0`)
  const { '1.0': digest } = await digestsByTag(image)
  const inputs = { image: `${image}@${digest}` }
  const { others } = await play('training', { app, event: dispatchEvent({ sha: app.sha }), inputs })
  const record = JSON.parse(readFileSync(join(app.folder, 'run-record.json'), 'utf8'))
  expect(record).toMatchObject({ image: { digest }, parameters: { epochs: '3' } })
  expect(readFileSync(join(app.folder, 'model.bin'), 'utf8')).toBe('3 1\n3 2\n')
  expect(others.at(-1)?.with['path']).toBe('run-record.json\nrerun.sh\nmodel.bin\n')
})

test.concurrent('hotfix: built once, in staging, the files in a pull request', async () => {
  const app = inStaging('2.0.0')
  const { results } = await play('hotfix', { app, event: publish(app, 'v2.0.1').event })
  const { digest } = results[0]?.outputs ?? {}
  expect(await digestsByTag(app.image)).toMatchObject(
    allOn(digest, ['2.0.1', '2.0', '2', 'staging']),
  )
  expect(deploymentsOf(app)).toEqual(['staging success'])
  expect(results[1]?.outputs['pull-request-url']).toMatch(/\/pull\/\d+$/)
})
