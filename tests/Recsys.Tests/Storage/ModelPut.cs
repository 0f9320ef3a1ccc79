namespace Recsys.Tests.Storage;

/// <summary>One random document write.</summary>
/// <param name="Collection">Which of two collections.</param>
/// <param name="Namespace">Which namespace.</param>
/// <param name="Key">Which key.</param>
/// <param name="Expect">Which revision to expect.</param>
/// <param name="Content">Length of the content; null deletes.</param>
internal sealed record ModelPut(int Collection, int Namespace, int Key, Expectation Expect, int? Content);
