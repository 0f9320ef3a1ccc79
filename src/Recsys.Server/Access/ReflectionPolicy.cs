namespace Recsys.Server.Access;

/// <summary>Whether gRPC reflection needs a key: only where the server can be reached from other machines.</summary>
/// <param name="OpenToAll">No key needed.</param>
internal sealed record ReflectionPolicy(bool OpenToAll);
