// The demo: one event in, one digest under every tag out, and the release note that says so.
import { NAME, OWNER, releaseEvent } from './stage/events.js'
import { startGitHub } from './stage/github.js'
import { startRegistry } from './stage/registry.js'
import { runAction } from './stage/runner.js'
import { createSampleApp } from './stage/sample-app.js'
import { digestBySkopeo } from './stage/witness.js'

const TAG = 'v1.4.2'
const NOTES = '## What is new\n\nGreetings in three more languages.\n'

const registry = await startRegistry()
const github = await startGitHub()
const app = createSampleApp()
try {
  const image = `${registry.host}/${OWNER}/${NAME}`
  const sha = app.commit()
  const id = await github.release(TAG, NOTES)
  title(`Event: release ${TAG} published, commit ${sha.slice(0, 7)}`)
  const { code, outputs } = await runAction({
    inputs: { images: image, platforms: 'linux/amd64,linux/arm64' },
    event: releaseEvent({ sha, tag: TAG, id }),
    workspace: app.folder,
    apiUrl: github.url,
    live: true,
  })
  if (code !== 0) throw new Error(`The action ended with ${code}`)

  title('Digest and tags')
  console.log(`${outputs.digest}\n${outputs.tags}`)

  title('The same digest as skopeo sees it, tag by tag')
  for (const reference of outputs.tags.split('\n'))
    console.log(`${digestBySkopeo(reference)}  ${reference}`)

  title(`Notes of release ${TAG} on GitHub`)
  console.log(await github.body(id))
} finally {
  app.remove()
  await github.stop()
  await registry.stop()
}

function title(text) {
  console.log(`\n=== ${text}`)
}
