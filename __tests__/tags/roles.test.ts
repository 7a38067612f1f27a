// What becomes of a tag later depends on what it is: its role, its line, its way back to versions.
import { describe, expect, test } from '@jest/globals'
import type { WorkflowEvent } from '../../src/event/event.ts'
import { resolveTags } from '../../src/tags/resolve.ts'
import {
  CHECKED,
  eventOf,
  FINAL,
  namesOf,
  pullRequest,
  push,
  RC,
  releaseOf,
  requestOf,
  SEMVER,
  tagPush,
} from './requests.ts'

describe('what a tag is', () => {
  const family = (prefix: string, suffix = '', scheme = 'semver', build = false) => ({
    scheme,
    prefix,
    suffix,
    build,
  })

  // the event, the rule, what the tag is
  test.each<[WorkflowEvent, string, object]>([
    [FINAL, 'type=semver,pattern={{version}}', { role: 'version', version: '1.4.2' }],
    [FINAL, 'type=semver,pattern={{major}}.{{minor}}.{{patch}}', { role: 'version' }],
    [FINAL, 'type=semver,pattern=v{{major}}', { role: 'floating', line: [1] }],
    [FINAL, 'type=semver,pattern=stable', { role: 'floating', line: [] }],
    [RC, 'type=semver,pattern={{major}}', { role: 'version', version: '2.0.0-rc.1' }],
    [RC, 'type=semver,pattern={{channel}}', { role: 'floating', line: [], prerelease: 'rc' }],
    [RC, 'type=semver,pattern={{major}}-{{channel}}', { line: [2], prerelease: 'rc' }],
    [tagPush('1.4'), 'type=pep440,pattern={{version}}', { role: 'version', version: '1.4' }],
    [FINAL, 'type=match,pattern=\\d.*', { role: 'version', version: '1.4.2' }],
    [FINAL, 'type=match,pattern=\\d.\\d', { role: 'floating', line: [1, 4], version: '1.4.2' }],
    [FINAL, 'type=match,pattern=v', { role: 'free' }],
    [FINAL, 'type=ref,event=tag', { role: 'version', version: '1.4.2' }],
    [tagPush('v1'), 'type=ref,event=tag', { role: 'free' }],
    [tagPush('nightly'), 'type=ref,event=tag', { role: 'free' }],
    [push('x'), 'type=ref,event=branch', { role: 'branch' }],
    [push('main'), 'type=edge', { role: 'branch' }],
    [pullRequest(), 'type=ref,event=pr', { role: 'preview' }],
    [pullRequest(), 'type=sha', { role: 'preview' }],
    [push('x'), 'type=sha', { role: 'commit' }],
    [push('x'), 'type=raw,value=x', { role: 'free' }],
    [push('main'), 'type=channel,name=dev', { role: 'channel' }],
    [eventOf('schedule', 'refs/heads/main'), 'type=schedule', { role: 'free' }],
  ])('%#: the role a rule gives', (event, rules, expected) => {
    const [tag] = resolveTags(requestOf({ event, rules })).tags
    expect(tag).toMatchObject(expected)
  })

  // rules, flavor, the git tag, where each tag that moves finds its versions
  test.each<[string, string, string, readonly unknown[]]>([
    [SEMVER, '', 'v1.4.2', [family('')]],
    [SEMVER, 'suffix=-alpine', 'v1.4.2', [family('', '-alpine')]],
    [SEMVER.replace('{{version}}', 'v{{version}}-x'), '', 'v1.4.2', [family('', '-x')]],
    ['type=ref,event=tag', 'latest=auto', 'app/v1.4.2', [family('app-v', '', 'dotted')]],
    [
      'type=semver,pattern={{version}}\n{{tag}}-x,suffix=-a\n' +
        'type=semver,pattern={{version}},suffix=-a\ntype=semver,pattern={{major}},suffix=-a',
      '',
      'v1.4.2',
      [family('', '-a')],
    ],
    [
      'type=semver,pattern={{version}},build=true\ntype=semver,pattern={{major}}',
      '',
      'v1.4.2+7',
      [family('', '', 'semver', true)],
    ],
    ['type=semver,pattern={{major}}', '', 'v1.4.2', [undefined]],
    ['type=raw,value=latest', '', 'v1.4.2', [undefined]],
  ])('%#: the way back to published versions', (rules, flavor, tag, families) => {
    const tagPrefix = tag.startsWith('app/') ? 'app/' : ''
    const request = requestOf({ event: tagPush(tag), rules, flavor, allowLatest: true, tagPrefix })
    const moving = resolveTags(request).tags.filter(({ role }) => /floating|latest/.test(role))
    expect(moving.map((one) => one.family)).toEqual(families)
  })

  // the event, whether its version is a prerelease
  test.each<[WorkflowEvent, boolean]>([
    [FINAL, false],
    [RC, true],
    [CHECKED, true],
    [releaseOf('v4.0.5'), false],
    [push('x'), false],
  ])('%#: prereleases by name or by checkbox', (event, prerelease) => {
    expect(resolveTags(requestOf({ event })).prerelease).toBe(prerelease)
  })

  // the event, the rule, the notice
  test.each<[WorkflowEvent, string, string]>([
    [push('x'), 'type=raw,value=', 'line 1: type=raw,value=: the value is empty'],
    [push('x'), '{{tag}}-1', 'line 1: {{tag}}-1: {{tag}} is empty on this event'],
    [push('x'), 'type=semver,pattern={{version}}', 'there is neither a git tag nor a version'],
    [FINAL, 'type=semver,pattern={{channel}}', '{{channel}} is empty for 1.4.2'],
    [RC, 'type=semver,pattern={{major}},keep-pattern=true', '2.0.0-rc.1 is a prerelease and'],
    [CHECKED, 'type=standard', 'type=standard: no tag 4.0, the release is marked as a prerelease'],
    [FINAL, 'type=semver,pattern={{version}},match=^app/(.*)', 'does not match v1.4.2, used whole'],
    [push('x'), 'type=sha,enable=false', 'line 1: type=sha,enable=false: it is not enabled'],
    [push('x'), 'type=edge', 'the event is not of branch main'],
    [
      eventOf('push', 'refs/heads/x', { repository: {} }),
      'x,enable={{is_not_default_branch}}',
      'the event does not say which branch is the default one, for is_default_branch',
    ],
  ])('%#: why there is no tag, or another', (event, rules, notice) => {
    const { notices, unused = [] } = resolveTags(requestOf({ event, rules, allowEmpty: true }))
    expect([...notices, ...unused].join('\n')).toContain(notice)
  })

  test('rules for other events are not worth a notice', () => {
    const { notices, unused } = resolveTags(
      requestOf({ event: push('x'), defaultRules: 'metadata' }),
    )
    expect(notices).toEqual([])
    expect(unused).toEqual([
      'type=schedule: the event is no schedule',
      'type=ref,event=tag: the event is not of a git tag',
      'type=ref,event=pr: the event is not of a pull request',
    ])
  })

  test('without a ref nothing is the default branch', () => {
    const rules = 'a,enable={{is_default_branch}}\nb,enable={{is_not_default_branch}}'
    expect(namesOf({ event: eventOf('schedule', ''), rules })).toBe('b')
  })
})
