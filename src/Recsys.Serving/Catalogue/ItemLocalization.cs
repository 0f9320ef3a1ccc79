namespace Recsys.Serving.Catalogue;

/// <summary>Title and description in one language.</summary>
/// <param name="Locale">BCP 47 tag.</param>
/// <param name="Title">Title.</param>
/// <param name="Description">Description.</param>
public sealed record ItemLocalization(string Locale, string Title, string Description);
