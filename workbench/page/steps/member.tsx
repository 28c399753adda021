import { useSignal } from '@preact/signals';
import type { Schema } from '../../protocol';
import { badgeOf, isMembers, stubOf, widgetOf, withMember, withoutMember, type Members } from '../members';
import { Button } from '../ui/controls';
import { HelpText } from '../ui/help-text';
import { Required } from './field';
import { JsonField, type MemberProps } from './json-field';
import { Plain, type WidgetProps } from './plain';

/** One member of a message: absent, blank, null or filled in, each distinct from the others. */
export function Member(props: MemberProps) {
  const { name, schema, value, onChange, id } = props;
  const widget = widgetOf(schema, value);
  const isPlain = widget === 'text' || widget === 'number' || widget === 'choice' || widget === 'truth';
  const title = schema.title ?? name;
  const state = value === undefined ? 'absent' : value === null ? 'null' : value === '' ? 'blank' : 'filled';
  const heading = (
    <>
      <span class="badge" aria-hidden="true">
        {badgeOf(schema)}
      </span>
      <span class="title">{title}</span>
      {schema.required && <Required />}
    </>
  );
  const leaveOut = value !== undefined && (
    <Button icon="leaveOut" kind="quiet" label={`Leave out ${title}`} onClick={() => onChange(undefined)} />
  );
  const help = schema.description && <HelpText id={`${id}-help`} text={schema.description} />;
  if (isPlain) {
    return (
      <div class={`member ${state}`}>
        <label for={id}>{heading}</label>
        <div class="with-action">
          <Plain {...props} widget={widget} />
          {state === 'blank' && <span class="state">blank</span>}
          {state === 'null' && <span class="state">null</span>}
          {value !== undefined && (
            <span class="member-actions">
              {value !== null && (
                <Button kind="quiet" label={`Set ${title} to null`} onClick={() => onChange(null)}>
                  null
                </Button>
              )}
              {leaveOut}
            </span>
          )}
        </div>
        {help}
      </div>
    );
  }
  return (
    <fieldset class={`member structure ${state}`} id={id}>
      <legend>{heading}</legend>
      <div class="structure-action">{leaveOut}</div>
      {help}
      {value === undefined ? (
        <Button icon="plus" kind="quiet" onClick={() => onChange(beginning(schema))}>
          Map {title}
        </Button>
      ) : (
        <Structure {...props} widget={widget} />
      )}
    </fieldset>
  );
}

/** What a structure begins with. */
function beginning(schema: Schema): unknown {
  if (schema.type === 'array') return schema.items?.properties ? [{}] : [''];
  return widgetOf(schema, undefined) === 'json' ? stubOf(schema) : {};
}

function Structure(props: WidgetProps) {
  const { schema, value, onChange, id, widget } = props;
  switch (widget) {
    case 'group':
      return <MemberList schema={schema} members={isMembers(value) ? value : {}} onChange={onChange} id={id} />;
    case 'table':
      return <Table {...props} />;
    case 'list':
      return <List {...props} />;
    default:
      return <JsonField {...props} />;
  }
}

interface ListProps {
  readonly schema: Schema;
  readonly members: Members;
  readonly onChange: (members: Members) => void;
  readonly id: string;
}

/** All members of an object; the optional ones that are not mapped can be folded away. */
export function MemberList({ schema, members, onChange, id }: ListProps) {
  const showAll = useSignal(false);
  const all = Object.entries(schema.properties ?? {});
  const order = all.map(([name]) => name);
  const isShown = ([name, member]: (typeof all)[number]) => showAll.value || member.required || name in members;
  const folded = all.filter((entry) => !isShown(entry));
  const unknown = Object.keys(members).filter((name) => !(name in (schema.properties ?? {})));
  const change = (name: string) => (value: unknown) =>
    onChange(value === undefined ? withoutMember(members, name) : withMember(members, name, value, order));
  return (
    <div class="members">
      {all.filter(isShown).map(([name, member]) => (
        <Member
          key={name}
          name={name}
          schema={member}
          value={members[name]}
          onChange={change(name)}
          id={`${id}-${name}`}
        />
      ))}
      {unknown.map((name) => (
        <Member
          key={name}
          name={name}
          schema={{ title: name, description: 'Not a member that the step describes.', type: 'unknown' }}
          value={members[name]}
          onChange={change(name)}
          id={`${id}-${name}`}
        />
      ))}
      {(folded.length > 0 || showAll.value) && (
        <button
          type="button"
          class="more"
          aria-expanded={showAll.value}
          onClick={() => (showAll.value = !showAll.value)}
        >
          {showAll.value
            ? 'Only required and mapped fields'
            : `${folded.length} optional ${folded.length === 1 ? 'field' : 'fields'}: ${folded.map(([name, { title }]) => title ?? name).join(', ')}`}
        </button>
      )}
    </div>
  );
}

/** An array of objects: a row for each, a column for each member. */
function Table({ schema, value, onChange, id }: WidgetProps) {
  const rows = (value ?? []) as readonly Members[];
  const columns = Object.entries(schema.items?.properties ?? {});
  const order = columns.map(([name]) => name);
  const setRow = (index: number, row: Members) => onChange(rows.map((each, at) => (at === index ? row : each)));
  return (
    <>
      <div class="table-scroll" tabIndex={0} role="region" aria-label={`${schema.title ?? ''}, rows`}>
        <table class="rows">
          <thead>
            <tr>
              {columns.map(([name, column]) => (
                <th key={name} scope="col" title={column.description}>
                  {column.title ?? name}
                  {column.required && <Required />}
                </th>
              ))}
              <th scope="col">
                <span class="hidden">Row</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row, index) => (
              <tr key={index}>
                {columns.map(([name, column]) => (
                  <Cell
                    key={name}
                    id={`${id}-${index}-${name}`}
                    name={`${column.title ?? name}, row ${index + 1}`}
                    schema={column}
                    value={row[name]}
                    onChange={(next) =>
                      setRow(index, next === undefined ? withoutMember(row, name) : withMember(row, name, next, order))
                    }
                  />
                ))}
                <td>
                  <Button
                    icon="close"
                    kind="quiet"
                    label={`Remove row ${index + 1}`}
                    onClick={() => onChange(rows.filter((_, at) => at !== index))}
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Button icon="plus" kind="quiet" onClick={() => onChange([...rows, {}])}>
        Add a row
      </Button>
    </>
  );
}

/** A member of a row; an absent one is dashed, and Delete leaves one out that is blank. */
function Cell({ name, schema, value, onChange, id }: MemberProps) {
  const widget = widgetOf(schema, value);
  const state = value === undefined ? 'absent' : value === null ? 'null' : value === '' ? 'blank' : 'filled';
  if (widget === 'choice' || widget === 'truth' || widget === 'text' || widget === 'number') {
    return (
      <td class={`cell ${state}`}>
        <span class="cell-content">
          <label class="hidden" for={id}>
            {name}
          </label>
          <Plain
            name={name}
            schema={{ ...schema, description: '', examples: [] }}
            value={value}
            onChange={onChange}
            id={id}
            widget={widget}
          />
          {value !== undefined && (
            <Button icon="leaveOut" kind="quiet" label={`Leave out ${name}`} onClick={() => onChange(undefined)} />
          )}
        </span>
      </td>
    );
  }
  return (
    <td class={`cell ${state}`}>
      <JsonField name={name} schema={schema} value={value} onChange={onChange} id={id} />
    </td>
  );
}

function List({ schema, value, onChange, id }: WidgetProps) {
  const rows = (value ?? []) as readonly string[];
  const title = schema.title ?? '';
  return (
    <div class="list">
      {rows.map((row, index) => (
        <div class="with-action" key={index}>
          <input
            id={`${id}-${index}`}
            aria-label={`${title}, ${index + 1}`}
            value={row}
            onInput={({ currentTarget: { value: text } }) =>
              onChange(rows.map((each, at) => (at === index ? text : each)))
            }
          />
          <Button
            icon="close"
            kind="quiet"
            label={`Remove ${index + 1}`}
            onClick={() => onChange(rows.filter((_, at) => at !== index))}
          />
        </div>
      ))}
      <Button icon="plus" kind="quiet" onClick={() => onChange([...rows, ''])}>
        Add one
      </Button>
    </div>
  );
}
