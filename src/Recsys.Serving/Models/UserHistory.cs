using Recsys.Serving.Sessions;

namespace Recsys.Serving.Models;

/// <summary>All interactions of a user, oldest first.</summary>
/// <param name="UserId">Whose.</param>
/// <param name="Interactions">In canonical order.</param>
internal sealed record UserHistory(string UserId, IReadOnlyList<Interaction> Interactions);
