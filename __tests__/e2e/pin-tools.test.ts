// Pinned files as their own tools read them: kustomize renders them, Compose resolves them.
import { execFileSync } from 'node:child_process'
import { describe, expect, test } from '@jest/globals'
import { pushEvent } from '../../scripts/stage/events.js'
import { expectSuccess, openStage } from './stage.ts'

const stage = openStage()

const NAME = 'ghcr.io/acme/app'
const DIGEST = `sha256:${'a'.repeat(64)}`
const OLD = `sha256:${'0'.repeat(64)}`

/** What is on this machine; scripts/setup brings them where it can. */
const hasKustomize = runs('kustomize', 'version')
const hasCompose = runs('docker', 'compose', 'version')

function runs(file: string, ...args: readonly string[]): boolean {
  try {
    execFileSync(file, args, { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** The folder of an application with these files, pinned to the digest. */
async function pinned(files: Readonly<Record<string, string>>, tag?: string): Promise<string> {
  const app = stage.app(files)
  const inputs = { images: NAME, digest: DIGEST, ...(tag ? { tag } : {}) }
  expectSuccess(await app.run({ action: 'pin', event: pushEvent({ sha: app.sha }), inputs }))
  return app.folder
}

const KUSTOMIZATION = [
  'resources: [pods.yaml]',
  'images:',
  `- {name: a, newName: ${NAME}, newTag: "1"}`,
  `- name: b\n  newName: ${NAME} # c`,
  `- name: c\n  newName: ${NAME}\n  digest: ${OLD}`,
  `- name: d\n  newTag: v1\n  newName: ${NAME}\n  digest: "${OLD}"`,
].join('\n')

const PODS = `apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec:\n  containers:\n${['a:1', 'b:1', 'c:1', 'd:1'].map((image, index) => `  - {name: c${index}, image: "${image}"}\n`).join('')}`

const kustomize = hasKustomize ? describe : describe.skip
kustomize(
  `kustomize build renders what was pinned${hasKustomize ? '' : ' (not installed)'}`,
  () => {
    const both = `${NAME}:1.10@${DIGEST}`
    const bare = `${NAME}@${DIGEST}`

    // name, tag, line break, what the four containers run
    test.concurrent.each<[string, string | undefined, string, string[]]>([
      ['with a tag', '1.10', '\n', [both, both, bare, both]],
      ['with CRLF', '1.10', '\r\n', [both, both, bare, both]],
      ['without a tag', undefined, '\n', [bare, bare, bare, bare]],
    ])('%s', async (_, tag, eol, expected) => {
      const files = {
        'k/kustomization.yaml': KUSTOMIZATION.replaceAll('\n', eol),
        'k/pods.yaml': PODS,
      }
      const cwd = await pinned(files, tag)
      const rendered = execFileSync('kustomize', ['build', 'k'], { cwd, encoding: 'utf8' })
      expect([...rendered.matchAll(/image: (.*)/g)].map(([, image]) => image)).toEqual(expected)
    })
  },
)

const COMPOSE = `x-image: &image ${NAME}:1
x-base: &base
  image: '${NAME}:1'
services:
  alias: {image: *image}
  built: {build: ., image: ${NAME}:local}
  default: {image: "\${IMAGE:-${NAME}:1}"}
  folded:
    image: >-
      ${NAME}:1
  merged:
    <<: *base
  mount:
    image: ${NAME}
    volumes:
    - {type: image, source: ${NAME}:1, target: /data}
  tag:
    image: ${NAME}:\${TAG:-1}
`

const compose = hasCompose ? describe : describe.skip
compose(
  `docker compose config accepts what was pinned${hasCompose ? '' : ' (not installed)'}`,
  () => {
    test.concurrent.each(['\n', '\r\n'])('with line breaks %j', async (eol) => {
      const cwd = await pinned({ 'compose.yaml': COMPOSE.replaceAll('\n', eol) }, '1.10')
      const args = ['compose', 'config', '--format', 'json']
      const { services } = JSON.parse(execFileSync('docker', args, { cwd, encoding: 'utf8' }))
      const images = Object.entries<{ image: string }>(services).map(([name, { image }]) => [
        name,
        image,
      ])
      const both = `${NAME}:1.10@${DIGEST}`
      expect(Object.fromEntries(images)).toEqual({
        alias: both,
        built: `${NAME}:local`,
        default: both,
        folded: both,
        merged: both,
        mount: both,
        tag: both,
      })
      expect(services.mount.volumes[0].source).toBe(both)
    })
  },
)
