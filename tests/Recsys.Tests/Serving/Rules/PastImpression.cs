namespace Recsys.Tests.Serving.Rules;

/// <summary>An item that a user was shown in a list.</summary>
/// <param name="UserId">Who.</param>
/// <param name="ItemId">What.</param>
/// <param name="ListId">The list's recommendation id.</param>
/// <param name="TimeMs">When, Unix ms.</param>
internal sealed record PastImpression(string UserId, string ItemId, string ListId, long TimeMs);
