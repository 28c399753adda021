import { structure, type Field, type Fields, type Shape, type Structure } from '../shape';

/** Where a member of the request travels. The words are those of Smithy's HTTP binding traits. */
export type Binding =
  | { readonly in: 'label' }
  | { readonly in: 'query'; readonly as: string }
  | { readonly in: 'header'; readonly as: string }
  | { readonly in: 'body' };

export type Member<T, Required extends boolean = boolean> = Field<T, Required> & Binding;

type Members<Input> = {
  readonly [Name in keyof Input]-?: object extends Pick<Input, Name>
    ? Member<Exclude<Input[Name], undefined>, false>
    : Member<Input[Name], true>;
};

/** One operation of the API: a row of the table in `operations.ts`. */
export interface Operation<Input extends object = object, Output extends object = object> {
  /** AWS's name: also the action's id, its file, its IAM action and the prefix of its errors. */
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** URI template; each `{Label}` is a member bound to `label`. */
  readonly path: string;
  /** One entry per member of `Input`: leaving one out, inventing one, or misjudging whether it is required does not compile. */
  readonly members: Members<Input>;
  /** Repeating the call has the effect of a single call, so a lost answer may be followed by another attempt. */
  readonly idempotent: boolean;
  /** Which credentials AWS accepts: an access key, those of a Cognito identity, or either. */
  readonly authorisation: 'developer' | 'identity' | 'either';
  /** AWS answers with no members, so that an empty body is a success; elsewhere it is a broken answer. */
  readonly answersNothing?: true;
  /** The shape of the whole input, made of its members'. */
  readonly input: Structure<Input>;
  /** Carries the type of the answer only. */
  readonly output?: Output;
}

/** Makes a row of the table. */
export const operation = <Input extends object, Output extends object>(
  row: Omit<Operation<Input, Output>, 'input'>,
): Operation<Input, Output> => ({ ...row, input: structure(row.members as Fields<Input>) });

export const label = <T>(shape: Shape<T>): Member<T, true> => ({ in: 'label', shape, required: true });
export const query = <T>(as: string, shape: Shape<T>): Member<T, false> => ({
  in: 'query',
  as,
  shape,
  required: false,
});
export const header = <T>(as: string, shape: Shape<T>): Member<T, false> => ({
  in: 'header',
  as,
  shape,
  required: false,
});
export const body = <T, Required extends boolean>(field: Field<T, Required>): Member<T, Required> => ({
  in: 'body',
  ...field,
});
