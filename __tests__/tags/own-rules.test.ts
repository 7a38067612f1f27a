// Where tags differ from docker/metadata-action's on purpose, and what there is beyond it.
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { WorkflowEvent } from '../../src/event/event.ts'
import { isTag } from '../../src/oci/tag.ts'
import type { TagRequest } from '../../src/tags/request.ts'
import { resolveTags } from '../../src/tags/resolve.ts'
import { SHA } from '../event/webhook.ts'
import {
  CHECKED,
  eventOf,
  FINAL,
  mergeGroup,
  namesOf,
  push,
  RC,
  releaseOf,
  requestOf,
  SEMVER,
  tagPush,
  workflowRun,
} from './requests.ts'

const LATEST = { allowLatest: true, flavor: 'latest=auto' }

type Change = Partial<TagRequest>

describe('on purpose', () => {
  // what, the event, rules, what is given besides, the tags
  test.each<[string, WorkflowEvent, string, Change, string]>([
    ['latest is off', FINAL, SEMVER, {}, '1.4.2 1.4'],
    ['latest is on when asked for', FINAL, SEMVER, LATEST, '1.4.2 1.4 latest'],
    ['latest comes once', FINAL, `${SEMVER}\nlatest`, LATEST, '1.4.2 1.4 latest'],
    ['a quoted comma', tagPush('v10'), 'type=match,"pattern=v(\\d{1,2})",group=1', {}, '10'],
    [
      'a comma quoted thrice',
      tagPush('v10'),
      'type=match,"""pattern=v(\\d{1,2})""",group=1',
      {},
      '10',
    ],
    ['double quotes in a date', push('x'), 'v{{date "YYYY"}}', {}, 'v2026'],
    ['a quoted date', push('x'), '"{{date \'dddd, MMMM\'}}"', {}, 'Friday-July'],
    ['an indented comment', push('x'), 'one\n  # two\n\t#three', {}, 'one'],
    ['a leading dash', push('-x'), 'type=ref,event=branch', {}, 'x'],
    ['an empty expression', FINAL, '{{branch}}-1234-amd64\nkeep', {}, 'keep'],
    ['an empty expression in a suffix', FINAL, 'x,suffix=-{{branch}}\nkeep', {}, 'keep'],
    [
      "an empty expression in the flavor's prefix",
      push('x'),
      'keep,prefix=\na',
      { flavor: 'prefix={{tag}}-' },
      'keep',
    ],
    [
      'an empty value',
      push('x'),
      'type=raw,value=\nkeep',
      { flavor: 'suffix=-alpine' },
      'keep-alpine',
    ],
    ['no HTML', push('a=b'), 'x-{{branch}}', {}, 'x-a-b'],
    ['duplicates', push('x'), 'a\na\nA\n.a', {}, 'a A'],
    ['nothing on a tag push, allowed', tagPush('v1'), SEMVER, { allowEmpty: true }, ''],
    [
      'latest with an expression in its prefix',
      FINAL,
      SEMVER,
      { ...LATEST, flavor: 'latest=auto\nprefix={{tag}}-,onlatest=true' },
      'v1.4.2-1.4.2 v1.4.2-1.4 v1.4.2-latest',
    ],
    [
      'latest with an empty one',
      push('x'),
      'a,prefix=',
      { ...LATEST, flavor: 'latest=true\nprefix={{tag}}-,onlatest=true' },
      'a',
    ],
  ])('%s', (_, event, rules, change, tags) => {
    expect(namesOf({ event, rules, ...change })).toBe(tags)
  })
})

describe('beyond', () => {
  // what, the event, rules, what is given besides, the tags
  test.each<[string, WorkflowEvent, string, Change, string]>([
    [
      'the standard set among others',
      FINAL,
      'type=standard\ntype=sha',
      {},
      '1.4.2 1.4 1 git-860c190 sha-860c190',
    ],
    ['a list without quotes', FINAL, 'type=standard,only=version,git', {}, '1.4.2 git-860c190'],
    [
      'a channel on its branch',
      push('release'),
      'type=channel,name=staging,branch=release',
      {},
      'staging',
    ],
    ['a channel on the default branch', push('main'), 'type=channel,name=dev', {}, 'dev'],
    ['a channel on another', push('x'), 'type=channel,name=dev\nkeep', {}, 'keep'],
    ['a merge group', mergeGroup(), 'type=ref,event=mq', {}, 'mq-104'],
    ['a merge group as a pull request', mergeGroup(), 'type=ref,event=mq,prefix=pr-', {}, 'pr-104'],
    [
      'a workflow run',
      workflowRun('feat/x'),
      'type=ref,event=branch\ntype=sha',
      {},
      'feat-x sha-c0ffee1',
    ],
    [
      'a workflow run of the default branch',
      workflowRun('main'),
      'a,enable={{is_default_branch}}',
      {},
      'a',
    ],
    ['the checkbox', CHECKED, `${SEMVER}\nlatest`, LATEST, '4.0.5'],
    [
      'the checkbox and a line of prereleases',
      releaseOf('v2.0.0-rc.1', { prerelease: true }),
      'type=semver,pattern={{channel}}',
      {},
      'rc',
    ],
    [
      'keep-pattern',
      RC,
      'type=semver,pattern=v{{version}}-x,keep-pattern=true',
      {},
      'v2.0.0-rc.1-x',
    ],
    [
      'keep-pattern with all there is',
      tagPush('v2.0.0-rc.1+b.7'),
      'type=semver,pattern={{version}}_{{prerelease}}_{{build}},keep-pattern=true',
      {},
      '2.0.0-rc.1_rc-1_b-7',
    ],
    [
      'keep-pattern on a line',
      RC,
      'type=semver,pattern=v{{major}},keep-pattern=true\nkeep',
      {},
      'keep',
    ],
    [
      'keep-pattern on whole numbers',
      RC,
      'type=semver,pattern={{major}}.{{minor}}.{{patch}},keep-pattern=true\nkeep',
      {},
      'keep',
    ],
    ['the kind of a prerelease', RC, 'type=semver,pattern={{channel}}', {}, 'rc'],
    [
      'the kind, without a dot',
      tagPush('v2.0.0-beta2'),
      'type=semver,pattern={{major}}-{{channel}}',
      {},
      '2-beta',
    ],
    ['the kind, in Python', tagPush('2.0rc1'), 'type=pep440,pattern={{channel}}', {}, 'rc'],
    ['no kind', FINAL, 'type=semver,pattern={{channel}}\nkeep', {}, 'keep'],
    [
      'build metadata',
      tagPush('v1.4.2+b.7'),
      'type=semver,pattern={{version}},build=true',
      {},
      '1.4.2-b.7',
    ],
    ['no build metadata', FINAL, 'type=semver,pattern={{version}},build=true', {}, '1.4.2'],
    ['a longer commit', push('x'), 'type=sha,format=12', {}, 'sha-860c1904a1ce'],
    ['the longest', push('x'), 'type=sha,format=64', {}, `sha-${SHA}`],
    [
      'a variant',
      FINAL,
      `${SEMVER}\ntype=sha`,
      { ...LATEST, variant: 'gpu' },
      '1.4.2-gpu 1.4-gpu sha-860c190-gpu latest-gpu',
    ],
    [
      'a prefix before the version',
      tagPush('app/v1.4.2'),
      SEMVER,
      { tagPrefix: 'app/' },
      '1.4.2 1.4',
    ],
    ["another package's tag", tagPush('lib/v1.4.2'), SEMVER, { tagPrefix: 'app/' }, ''],
    ['the version for every rule', push('main'), SEMVER, { version: '1.4.2' }, '1.4.2 1.4'],
    [
      'an edited release, dropped in',
      releaseOf('v1.4.2', { action: 'edited' }),
      SEMVER,
      { defaultRules: 'metadata' },
      '1.4.2 1.4',
    ],
  ])('%s', (_, event, rules, change, tags) => {
    expect(namesOf({ event, rules, ...change })).toBe(tags)
  })

  test('whatever a branch or tag is called, tags are tags, each once', () => {
    const rules = 'type=ref,event=branch\ntype=ref,event=tag\n{{branch}}{{tag}}\nx{{sha}}'
    const refs = fc.constantFrom('refs/heads/', 'refs/tags/')
    const names = fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), fc.string())
    return fc.assert(
      fc.property(refs, names, fc.constantFrom('', 'gpu'), (ref, name, variant) => {
        const event = eventOf('push', ref + name)
        const request = { event, rules, variant, allowLatest: true, allowEmpty: true }
        const tags = resolveTags(requestOf(request)).tags.map((tag) => tag.name)
        expect(tags.filter((tag) => !isTag(tag) || !tag.endsWith(variant))).toEqual([])
        expect(new Set(tags).size).toBe(tags.length)
        expect(tags.length).toBeGreaterThan(0)
      }),
    )
  })
})
