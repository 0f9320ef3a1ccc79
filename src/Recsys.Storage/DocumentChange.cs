namespace Recsys.Storage;

/// <summary>A document that was written or deleted.</summary>
/// <param name="Key">Where.</param>
/// <param name="Document">As it is now; null: it's deleted.</param>
public sealed record DocumentChange(DocumentKey Key, Document? Document);
