import { Violations, type Body } from '../constraints';
import type { Json } from '../json';
import type { Pool } from '../state/model';
import { poolOf, type IdentityContext } from './context';
import { invalidParameter } from './errors';

const ARN = { min: 20, max: 2048 };
const TAG_KEY = { min: 1, max: 128 };
const TAG_VALUE = { max: 256 };
const MOST_TAGS = 50;

export function tagResource(context: IdentityContext, body: Body): Json {
  const violations = new Violations();
  const tags = tagsOf(body, 'Tags', violations);
  if (!tags) violations.missing('tags');
  const pool = taggedPool(context, body, violations);
  setTags(context, pool, { ...pool.settings.IdentityPoolTags, ...tags });
  return {};
}

export function untagResource(context: IdentityContext, body: Body): Json {
  const violations = new Violations();
  const keys = body.texts('TagKeys');
  if (!keys) violations.missing('tagKeys');
  keys?.forEach((key, i) => violations.text(`tagKeys.${i + 1}.member`, key, TAG_KEY));
  const pool = taggedPool(context, body, violations);
  const left = Object.entries(pool.settings.IdentityPoolTags).filter(([key]) => !keys?.includes(key));
  setTags(context, pool, Object.fromEntries(left));
  return {};
}

export function listTagsForResource(context: IdentityContext, body: Body): Json {
  return { Tags: taggedPool(context, body, new Violations()).settings.IdentityPoolTags };
}

/** Tags of a body, undefined when it has none; adds to `violations` what is wrong with them. */
export function tagsOf(body: Body, member: string, violations: Violations): Record<string, string> | undefined {
  const tags = body.map(member);
  const shown = `${member.charAt(0).toLowerCase()}${member.slice(1)}`;
  for (const [key, value] of Object.entries(tags ?? {})) {
    violations.text(`${shown}.key`, key, TAG_KEY);
    violations.text(`${shown}.${key}.member`, value, TAG_VALUE);
  }
  return tags;
}

/** The pool whose ARN the body names. @throws ServiceError naming every violation, or when there is no such pool. */
function taggedPool(context: IdentityContext, body: Body, violations: Violations): Pool {
  const arn = body.text('ResourceArn');
  violations.text('resourceArn', arn, ARN);
  violations.check();
  const { region, accountId } = context.settings;
  const start = `arn:aws:cognito-identity:${region}:${accountId}:identitypool/`;
  if (!arn?.startsWith(start))
    throw invalidParameter(`Expected a ResourceArn of an identity pool, ${start}…, got ${arn}.`);
  return poolOf(context, arn.slice(start.length));
}

function setTags({ store }: IdentityContext, { settings }: Pool, tags: Record<string, string>): void {
  const count = Object.keys(tags).length;
  if (count > MOST_TAGS)
    throw invalidParameter(`An identity pool has at most ${MOST_TAGS} tags; these would be ${count}.`);
  store.commit({ type: 'pool', settings: { ...settings, IdentityPoolTags: tags } });
}
