import type { StateResource } from "./operation";

/** The resources of a stack as its state has them, and what waits for what. */
export class StackState {
  private readonly byUrn: ReadonlyMap<string, StateResource>;

  constructor(readonly resources: readonly StateResource[]) {
    this.byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  }

  /** The resources whose type ends so, such as `s3/bucket:Bucket`, and of this name if one is given. */
  all(typeEnd: string, name?: string): StateResource[] {
    return this.resources.filter(
      (one) => one.type.endsWith(typeEnd) && (name === undefined || ownNameOf(one) === name),
    );
  }

  parentOf({ parent }: StateResource): StateResource | undefined {
    return this.byUrn.get(parent ?? "");
  }

  /** What a resource names as its dependencies, itself or in one of its inputs. */
  dependenciesOf({ dependencies = [], propertyDependencies = {} }: StateResource): StateResource[] {
    const urns = new Set([
      ...dependencies,
      ...Object.values(propertyDependencies).flatMap((one) => one ?? []),
    ]);
    return [...urns].flatMap((urn) => this.byUrn.get(urn) ?? []);
  }

  /**
   * All that stands before the engine begins to create a resource: what it depends on, directly or not, and with a
   * component of awsx all that is in it, since that gives its outputs only when it is done.
   */
  before(resource: StateResource): ReadonlySet<StateResource> {
    const found = new Set<StateResource>();
    const visit = (one: StateResource): void => {
      const parent = this.parentOf(one);
      const inside = one.type.startsWith("awsx:") ? this.inside(one) : [];
      for (const next of [
        ...this.dependenciesOf(one),
        ...(parent?.custom === true ? [parent] : []),
        ...inside,
      ]) {
        if (found.has(next)) continue;
        found.add(next);
        visit(next);
      }
    };
    visit(resource);
    return found;
  }

  private inside(component: StateResource): StateResource[] {
    const children = this.resources.filter(({ parent }) => parent === component.urn);
    return [...children, ...children.flatMap((child) => this.inside(child))];
  }
}

export function nameOf({ urn }: Pick<StateResource, "urn">): string {
  return urn.split("::").slice(3).join("::");
}

/** A name without that of the component which all that we make is in, and begins with. */
export function ownName(name: string): string {
  return name.replace(/^thumbnailer-/, "");
}

export function ownNameOf(resource: Pick<StateResource, "urn">): string {
  return ownName(nameOf(resource));
}

/** A resource in a few words, such as `Bucket videos`. */
export function label(resource: StateResource): string {
  return `${resource.type.split(":").at(-1) ?? ""} ${ownNameOf(resource)}`;
}
