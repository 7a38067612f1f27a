// What a release does where its notes cannot be written.
import { expect, test } from '@jest/globals'
import { releaseEvent } from '../../scripts/stage/events.js'
import { MAX_BODY_CHARACTERS } from '../../src/notes/marked-block.ts'
import { commit, releaseStage } from './release-stage.ts'

const A = commit('a')

// permissions, release-notes, whether the step fails
test.each([
  [['contents: read'], 'auto', false],
  [['contents: read'], 'true', true],
])('with %s and release-notes %s', async (permissions, choice, fails) => {
  const stage = releaseStage({ permissions })
  const notes = stage.repository.addRelease('v1.4.2', { body: 'Text' })
  const { error, outputs } = await stage.run(
    releaseEvent({ sha: A, tag: 'v1.4.2', id: notes.id }),
    { 'release-notes': choice },
  )
  expect(notes.body).toBe('Text')
  expect(outputs['notes']).toContain(outputs['digest'])
  if (fails)
    expect(error).toMatchObject({
      code: 'permission',
      hint: expect.stringContaining('contents: write'),
    })
  else {
    expect(error).toBeUndefined()
    expect(stage.log.lines.join('\n')).toContain('contents: write')
  }
})

// release-notes, the error
test.each([
  ['auto', undefined],
  ['true', { code: 'no-room' }],
])('with a text that leaves no room and release-notes %s', async (choice, expected) => {
  const stage = releaseStage()
  const body = 'x'.repeat(MAX_BODY_CHARACTERS)
  const notes = stage.repository.addRelease('v1.4.2', { body })
  const { error, outputs } = await stage.run(
    releaseEvent({ sha: A, tag: 'v1.4.2', id: notes.id }),
    { 'release-notes': choice },
  )
  expect(notes.body).toBe(body)
  expect(stage.tags()).toHaveProperty(['1.4.2'], outputs['digest'])
  const log = stage.log.lines.join('\n')
  expect(log).toMatch(/To be pasted .*\n<!-- image-release/)
  if (expected) expect(error).toMatchObject(expected)
  else {
    expect(error).toBeUndefined()
    expect(log).toMatch(/^notice: .* the text leaves no room\. Shorten the text by \d+/m)
  }
})
