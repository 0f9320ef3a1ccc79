using Recsys.Serving.Catalogue;

namespace Recsys.Tests.Serving.Filters;

/// <summary>An item (null: not in the catalogue) and a request, of which a filter is asked.</summary>
internal sealed record FilterCase(CatalogueItem? Item, string Country, string Locale, int? Ceiling);
