namespace Recsys.Datasets;

/// <summary>An item's texts in one language.</summary>
/// <param name="Locale">BCP 47 tag.</param>
/// <param name="Title">Title.</param>
/// <param name="Description">Description.</param>
public sealed record DatasetLocalization(string Locale, string Title, string Description);
