// The audit after a release and a promotion on a real registry, as a step and on the command line;
// and after somebody moved a tag by hand.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { releaseEvent } from '../../scripts/stage/events.js'
import { TOKEN } from '../../scripts/stage/github.js'
import { runCli } from '../../scripts/stage/runner.js'
import { digestBySkopeo } from '../../scripts/stage/witness.js'
import type { AuditReport } from '../../src/notes/audit-report.ts'
import { errorsOf, expectSuccess, openStage } from './stage.ts'

const stage = openStage()
stage.github.addToken(TOKEN, ['contents: write', 'deployments: write'])

const OCI_INDEX = 'application/vnd.oci.image.index.v1+json'

/** Another manifest under the tag, as by some other tool. */
async function moveByHand(image: string, tag: string): Promise<void> {
  const [host, ...path] = image.split('/')
  const url = `http://${host}/v2/${path.join('/')}/manifests/${tag}`
  const index = await (await fetch(url, { headers: { accept: OCI_INDEX } })).text()
  const headers = { 'content-type': OCI_INDEX }
  const body = index.replace('{', '{ "annotations": { "moved": "by hand" },')
  const { status } = await fetch(url, { method: 'PUT', headers, body })
  expect(status).toBe(201)
}

test('agreement, then a tag moved by hand', async () => {
  const app = stage.app()
  const { id } = stage.repository.addRelease('v3.0.0')
  const event = releaseEvent({ sha: app.sha, tag: 'v3.0.0', id })
  const platforms = 'linux/amd64,linux/arm64'
  const built = await app.release({ event, inputs: { platforms } })
  expectSuccess(built)
  const { digest } = built.outputs
  const inputs = { from: '3.0.0', to: 'staging' }
  expectSuccess(await app.release({ action: 'promote', event, inputs }))

  const audited = await app.release({ action: 'audit', event, inputs: { html: 'audit.html' } })
  expectSuccess(audited)
  expect(audited.outputs).toMatchObject({ drift: 'false' })
  expect(JSON.parse(audited.outputs['last'] ?? '')).toEqual({ staging: `${app.image}@${digest}` })
  expect(audited.summary).toContain('```mermaid')
  expect(readFileSync(join(app.folder, 'audit.html'), 'utf8')).toContain(String(digest))
  const report: AuditReport = JSON.parse(audited.outputs['json'] ?? '')
  expect(report.images[0]?.releases).toMatchObject([{ version: '3.0.0', digest, drift: null }])
  expect(report.images[0]?.channels[1]).toMatchObject({
    channel: 'staging',
    digest,
    version: '3.0.0',
    by: 'github-actions[bot]',
    tagDigest: digest,
  })

  await moveByHand(app.image, 'staging')
  const other = digestBySkopeo(`${app.image}:staging`)
  const failed = await app.release({ action: 'audit', event, inputs: { 'fail-on': 'drift' } })
  expect(failed.code).toBe(1)
  expect(errorsOf(failed).join()).toMatch(
    new RegExp(`The tag staging is at ${other}, and the ledger has 3.0.0 \\(${digest}\\)`),
  )

  const args = ['audit', '--images', app.image]
  const place = { cwd: app.folder, environment: stage.commandLine }
  const { code, stdout } = await runCli(args, place)
  expect(code).toBe(0)
  expect(stdout).toContain(`  staging  3.0.0  ${digest}\n`)
  expect(stdout).toContain(`The tag staging is at ${other}`)
})
