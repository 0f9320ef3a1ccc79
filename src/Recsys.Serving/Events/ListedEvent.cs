namespace Recsys.Serving.Events;

/// <summary>What joining outcomes to exposures needs of an event, without texts.</summary>
/// <param name="Event">The event.</param>
/// <param name="List">Hash of the id of the list in which the user met the item; 0: the event names none.</param>
/// <param name="Position">The place in that list, from 0.</param>
/// <param name="IsOfPlacement">Whether the event names the placement that was asked for.</param>
internal readonly record struct ListedEvent(FoldEvent Event, ulong List, int Position, bool IsOfPlacement);
