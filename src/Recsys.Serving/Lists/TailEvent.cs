using Recsys.Serving.Events;
using Recsys.Storage;

namespace Recsys.Serving.Lists;

/// <summary>An event of the log's tail.</summary>
/// <param name="User">Whose.</param>
/// <param name="Event">The event.</param>
/// <param name="Country">Where it happened; empty: unknown.</param>
internal readonly record struct TailEvent(UserKey User, FoldEvent Event, string Country);
