using Recsys.Storage;

namespace Recsys.Serving.Migration;

/// <summary>An item number as an object, for <see cref="PagedReader{T}"/>.</summary>
internal sealed record NumberedItem(ItemNumber Value);
