/** The schemas of the platform's mapper: JSON Schema, but for `required`, a boolean on each property. */
export interface Property extends Node {
  required: boolean;
  title: string;
  description: string;
}

export interface Node {
  type: string;
  format?: string;
  enum?: string[];
  properties?: { [name: string]: Property };
  items?: Node;
  examples?: unknown[];
}

export interface SchemaFile extends Node {
  properties: { [name: string]: Property };
  examples: { [member: string]: unknown }[];
}

export interface Visit {
  /** Where the property is, such as `RecordPatches[].Op`. */
  path: string;
  property: Property;
}

/** Every property at every level, top down. */
export function visits(node: Node, at = ''): Visit[] {
  const own = Object.entries(node.properties ?? {}).flatMap(([name, property]) => {
    const path = at ? `${at}.${name}` : name;
    return [{ path, property }, ...visits(property, path)];
  });
  return node.items ? [...own, ...visits(node.items, `${at}[]`)] : own;
}

/**
 * The same schema in JSON Schema 2020-12: `required` as a list on the enclosing object. Objects are closed, so that an
 * example cannot hold a member that the schema does not describe; only a property that names no members has free keys.
 */
export function standard(node: Node): object {
  const { type, format, properties, items } = node;
  const entries = Object.entries(properties ?? {});
  return {
    type,
    ...(format && { format }),
    ...(node.enum && { enum: node.enum }),
    ...(items && { items: standard(items) }),
    ...(type === 'object' && {
      properties: Object.fromEntries(entries.map(([name, property]) => [name, standard(property)])),
      required: entries.filter(([, property]) => property.required).map(([name]) => name),
      additionalProperties: 'title' in node && entries.length === 0,
    }),
  };
}
