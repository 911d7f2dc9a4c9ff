/** An error as ECS answers it: its name in ECS's API reference, its message, and further members. */
export class EcsError extends Error {
  constructor(
    readonly code:
      | "AccessDeniedException"
      | "ClientException"
      | "ClusterNotFoundException"
      | "ConflictException"
      | "InvalidParameterException"
      | "ThrottlingException"
      | "UnknownOperationException",
    message: string,
    readonly members: Record<string, unknown> = {},
  ) {
    super(message);
  }
}
