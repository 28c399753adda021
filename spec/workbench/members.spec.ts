import fs from 'node:fs';
import path from 'node:path';
import { exampleOf, numberOr, stubOf, widgetOf, withMember, withoutMember } from '../../workbench/page/members';

const folder = path.resolve(__dirname, '../../lib/schemas');
const schemas = fs
  .readdirSync(folder)
  .map((name) => [name, JSON.parse(fs.readFileSync(path.join(folder, name), 'utf8'))]);

describe('members of a message in the form', () => {
  it('stay where they are when they change, and come where the schema has them when they are new', () => {
    const order = ['IdentityPoolId', 'IdentityId', 'DatasetName'];
    const members = { DatasetName: 'profile', IdentityPoolId: 'a', Extra: 1 };
    expect(Object.keys(withMember(members, 'IdentityPoolId', 'b', order))).toEqual(Object.keys(members));
    expect(Object.keys(withMember(members, 'IdentityId', 'i', order))).toEqual([
      'IdentityPoolId',
      'IdentityId',
      'DatasetName',
      'Extra',
    ]);
  });

  it('are absent, blank or null, each for itself', () => {
    const members = { Key: 'a', Value: 'b' };
    expect(withoutMember(members, 'Value')).toEqual({ Key: 'a' });
    expect(withMember(members, 'Value', '', [])).toEqual({ Key: 'a', Value: '' });
    expect(withMember(members, 'Value', null, [])).toEqual({ Key: 'a', Value: null });
  });

  const rows = { type: 'array', items: { type: 'object', properties: { Key: { type: 'string' } } } };
  it.each([
    ['text', { type: 'string' }, 'a'],
    ['json', { type: 'string' }, { not: 'text' }],
    ['choice', { type: 'string', enum: ['a'] }, undefined],
    ['number', { type: 'integer' }, '12x'],
    ['truth', { type: 'boolean' }, null],
    ['json', { type: 'boolean' }, 'true'],
    ['table', rows, [{ Key: 'a' }]],
    ['table', rows, undefined],
    ['json', rows, { theme: 'dark' }],
    ['json', rows, ['text']],
    ['list', { type: 'array', items: { type: 'string' } }, ['a']],
    ['group', { type: 'object', properties: { a: { type: 'string' } } }, undefined],
    ['json', { type: 'object', properties: {} }, undefined],
  ])('are edited by the widget %s for %j holding %j', (widget, schema, value) => {
    expect(widgetOf(schema, value)).toBe(widget);
  });

  it.each([
    ['12', 12],
    ['-1.5', -1.5],
    ['12x', '12x'],
    ['007', '007'],
    ['9007199254740993', '9007199254740993'],
    ['', ''],
  ])('read a typed %j as %j', (text, value) => {
    expect(numberOr(text)).toBe(value);
  });

  it.each(schemas)('have a stub for every member of %s', (_, schema) => {
    const stub = stubOf(schema) as object;
    expect(Object.keys(stub)).toEqual(Object.keys(schema.properties));
  });

  it('begin with the example, in the pool that there is', () => {
    const schema = { examples: [{ IdentityPoolId: 'theirs', DatasetName: 'profile' }] };
    expect(exampleOf(schema, 'ours')).toEqual({ IdentityPoolId: 'ours', DatasetName: 'profile' });
    expect(exampleOf({}, 'ours')).toEqual({});
  });
});
