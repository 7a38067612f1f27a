// What a clean-up says in the pull request's comment.
import { expect, test } from '@jest/globals'
import { cleanupStage } from './cleanup-stage.ts'
import { IMAGE, PATH } from './stage.ts'

test('says what was deleted, in the blocks of all variants', async () => {
  const stage = cleanupStage()
  stage.registry.addImage(PATH, { tags: ['pr-7'], content: 'a' })
  stage.registry.addImage(PATH, { tags: ['pr-7-gpu'], content: 'b' })
  const marked = (key: string) =>
    `<!-- image-release: ${key} -->\ndocker pull\n<!-- /image-release: ${key} -->\n`
  const body = `<!-- image-release-comment -->\n${marked(IMAGE)}${marked(`${IMAGE} gpu`)}${marked('ghcr.io/acme/other')}`
  const comment = stage.repository.addComment(7, 'github-actions[bot]', body)
  await stage.run()
  expect(comment.body.match(/The preview was deleted/g)).toHaveLength(2)
  expect(comment.body).toContain('**Deleted** `pr-7` `pr-7-gpu`')
  expect(comment.body.match(/docker pull/g)).toHaveLength(1)
})

test.each([
  ['no permission', { permissions: ['deployments: read'] }, {}],
  ['comment: false', {}, { comment: 'false' }],
])('is not written: %s', async (_, setting, inputs) => {
  const stage = cleanupStage(setting)
  stage.registry.addImage(PATH, { tags: ['pr-7'] })
  const { error } = await stage.run(inputs)
  expect(error).toBeUndefined()
  expect([stage.tags(), stage.repository.comments]).toEqual([[], []])
})

test('nothing deleted, nothing said', async () => {
  const stage = cleanupStage()
  await stage.run()
  expect(stage.repository.comments).toEqual([])
})
