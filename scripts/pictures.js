// Takes the pictures in docs/ from a run on this machine: the release's notes, the step summaries
// and the log, as a person sees them. Wants Chromium, beside what ./scripts/setup installs.
import { ROOT } from './compile.js'
import { takePicture } from './pictures/browser.js'
import { escapeHtml, renderHtml } from './pictures/markdown.js'
import { dispatchEvent, NAME, OWNER, releaseEvent } from './stage/events.js'
import { startGitHub } from './stage/github.js'
import { startRegistry } from './stage/registry.js'
import { runAction } from './stage/runner.js'
import { createSampleApp } from './stage/sample-app.js'

const NOTES = '## What is new\n\nGreetings in three more languages.\n'

const registry = await startRegistry({ at: 5000 })
const github = await startGitHub()
const app = createSampleApp()
try {
  const images = `${registry.host}/${OWNER}/${NAME}`
  const run = async (call) => {
    const inputs = { images, ...call.inputs }
    const result = await runAction({ ...call, inputs, workspace: app.folder, apiUrl: github.url })
    if (result.code !== 0) throw new Error(`The action ended with ${result.code}\n${result.log}`)
    return result
  }
  const inputs = { platforms: 'linux/amd64,linux/arm64' }
  const release = async (tag, sha) => {
    const id = await github.release(tag, NOTES)
    return { id, ...(await run({ event: releaseEvent({ sha, tag, id }), inputs })) }
  }
  const first = await release('v1.4.2', app.commit())
  picture('release-note', `<h1>v1.4.2</h1>${renderHtml(await github.body(first.id))}`)
  // With 1.5.0 published, the fix for 1.4 does not get the tag 1.
  await release('v1.5.0', app.commit({ 'app.txt': 'more languages' }))
  const sha = app.commit({ 'app.txt': 'a fix for 1.4' })
  const fix = await release('v1.4.3', sha)
  picture('step-summary', renderHtml(fix.summary))
  picture('log', renderLog(fix.log))
  const move = { from: '1.4.3', to: 'dev', ledger: 'off' }
  const promoted = await run({ action: 'promote', event: dispatchEvent({ sha }), inputs: move })
  // GitHub draws the flow chart in it; we would show its source.
  picture('promotion-summary', renderHtml(promoted.summary.replace(/```mermaid\n.*?```/s, '')))
} finally {
  app.remove()
  await github.stop()
  await registry.stop()
}

function picture(name, html) {
  takePicture(`${ROOT}/docs/${name}.png`, html)
  console.log(`docs/${name}.png`)
}

/** As the runner shows it: groups folded, commands not as text. */
function renderLog(log) {
  let isFolded = false
  const lines = log.split('\n').flatMap((line) => {
    const [, group] = /^::group::(.*)$/.exec(line) ?? []
    const [, level, text] = /^::(notice|warning|error)[^:]*::(.*)$/.exec(line) ?? []
    const isHidden = isFolded
    if (group !== undefined) isFolded = true
    if (line === '::endgroup::') isFolded = false
    if (group !== undefined) return [`<i>▸</i> ${escapeHtml(group)}`]
    if (
      isHidden ||
      line.startsWith('::endgroup') ||
      /^::(?:add-mask|stop-commands|[0-9a-f]{32})::/.test(line)
    )
      return []
    return level ? [`<b>${level}:</b> ${escapeHtml(decodeURIComponent(text))}`] : [escapeHtml(line)]
  })
  return `<div class=log>${lines.join('\n').trim()}</div>`
}
