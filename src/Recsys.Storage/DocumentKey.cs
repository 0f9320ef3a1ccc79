namespace Recsys.Storage;

/// <summary>A document's place within its collection.</summary>
/// <param name="Namespace">Empty for documents of the whole store.</param>
/// <param name="Key">1 to 256 bytes of UTF-8.</param>
public readonly record struct DocumentKey(string Namespace, string Key);
