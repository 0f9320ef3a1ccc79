namespace Recsys.Storage;

/// <summary>A user of a namespace.</summary>
/// <param name="Namespace">1 to 64 bytes of [a-z0-9_-].</param>
/// <param name="UserId">Opaque, 1 to 128 bytes of UTF-8.</param>
public readonly record struct UserKey(string Namespace, string UserId);
