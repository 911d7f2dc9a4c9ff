import { readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";

/** What an input may be, as a package's own types say. */
export type Shape =
  | { kind: "string" | "number" | "boolean" | "archive" | "anything" }
  | { kind: "list" | "map"; of: Shape }
  | { kind: "either"; of: Shape[] }
  /** Looked up when it is needed, since types may hold themselves. */
  | { kind: "object"; fields: () => Fields };

export type Fields = ReadonlyMap<string, { isOptional: boolean; shape: Shape }>;

/** The version of an installed npm package, such as `@pulumi/aws`. */
export function versionOf(packageName: string): string {
  const text = readFileSync(require.resolve(`${packageName}/package.json`), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}

/** The inputs of every resource of a Pulumi package of npm, read from its declaration files. */
export class PackageShapes {
  private readonly folder: string;
  private readonly known = new Map<string, Fields>();
  private nested?: ReadonlyMap<string, ts.InterfaceDeclaration>;

  /** `packageName` such as `@pulumi/aws`. */
  constructor(packageName: string) {
    this.folder = path.dirname(require.resolve(`${packageName}/package.json`));
  }

  /**
   * The inputs of a resource type such as `aws:s3/bucket:Bucket`.
   * @throws Error when the package has no such type
   */
  inputsOf(type: string): Fields {
    const known = this.known.get(type);
    if (known !== undefined) return known;
    const [, module, name] = type.split(":");
    const file = module === "index" ? `${lowerFirst(name ?? "")}.d.ts` : `${module ?? ""}.d.ts`;
    const found = interfacesOf(path.join(this.folder, file)).get(`${name ?? ""}Args`);
    if (found === undefined) throw new Error(`${file} of the package declares no inputs of ${type}.`);
    const fields = this.fieldsOf(found);
    this.known.set(type, fields);
    return fields;
  }

  private fieldsOf(declaration: ts.InterfaceDeclaration): Fields {
    return new Map(
      declaration.members.filter(ts.isPropertySignature).map((member) => [
        (member.name as ts.Identifier).text,
        {
          isOptional: member.questionToken !== undefined,
          shape: member.type === undefined ? { kind: "anything" } : this.shapeOf(member.type),
        },
      ]),
    );
  }

  private shapeOf(node: ts.TypeNode): Shape {
    if (ts.isArrayTypeNode(node)) return { kind: "list", of: this.shapeOf(node.elementType) };
    if (ts.isUnionTypeNode(node)) {
      const of = node.types.filter(({ kind }) => kind !== ts.SyntaxKind.UndefinedKeyword);
      const [only, ...others] = of.map((type) => this.shapeOf(type));
      return only === undefined || others.length > 0
        ? { kind: "either", of: of.map((type) => this.shapeOf(type)) }
        : only;
    }
    if (ts.isTypeLiteralNode(node)) {
      const index = node.members.find(ts.isIndexSignatureDeclaration);
      return index === undefined ? { kind: "anything" } : { kind: "map", of: this.shapeOf(index.type) };
    }
    if (ts.isTypeReferenceNode(node)) return this.referenced(node);
    switch (node.kind) {
      case ts.SyntaxKind.StringKeyword:
        return { kind: "string" };
      case ts.SyntaxKind.NumberKeyword:
        return { kind: "number" };
      case ts.SyntaxKind.BooleanKeyword:
        return { kind: "boolean" };
      default:
        return { kind: "anything" };
    }
  }

  private referenced(node: ts.TypeReferenceNode): Shape {
    const name = node.typeName.getText();
    const [argument] = node.typeArguments ?? [];
    if (name === "pulumi.Input" && argument !== undefined) return this.shapeOf(argument);
    if (name === "pulumi.asset.Archive") return { kind: "archive" };
    // An enum's values are texts; a resource stands for its name.
    if (!name.startsWith("inputs.")) return { kind: name.startsWith("pulumi.") ? "anything" : "string" };
    return { kind: "object", fields: () => this.nestedFields(name.slice("inputs.".length)) };
  }

  private nestedFields(name: string): Fields {
    const known = this.known.get(name);
    if (known !== undefined) return known;
    this.nested ??= interfacesOf(path.join(this.folder, "types/input.d.ts"));
    const declaration = this.nested.get(name);
    if (declaration === undefined) throw new Error(`types/input.d.ts of the package declares no ${name}.`);
    const fields = this.fieldsOf(declaration);
    this.known.set(name, fields);
    return fields;
  }
}

/** The interfaces of a declaration file; those of a namespace under its name, such as `s3.BucketGrant`. */
function interfacesOf(file: string): ReadonlyMap<string, ts.InterfaceDeclaration> {
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true);
  const found = new Map<string, ts.InterfaceDeclaration>();
  const visit = (node: ts.Node, prefix: string): void => {
    if (ts.isInterfaceDeclaration(node)) found.set(prefix + node.name.text, node);
    if (ts.isModuleDeclaration(node) && node.body !== undefined)
      ts.forEachChild(node.body, (child) => {
        visit(child, `${prefix}${node.name.text}.`);
      });
  };
  ts.forEachChild(source, (node) => {
    visit(node, "");
  });
  return found;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
