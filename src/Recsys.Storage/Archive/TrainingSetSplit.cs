using System.Text.Json.Serialization;

namespace Recsys.Storage.Archive;

/// <summary>What a training set leaves out of the history it was made from.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TrainingSetSplit>))]
public enum TrainingSetSplit
{
    /// <summary>Nothing.</summary>
    [JsonStringEnumMemberName("none")]
    None = 0,

    /// <summary>The last interactions of each user.</summary>
    [JsonStringEnumMemberName("leave-one-out")]
    LeaveOneOut = 1,

    /// <summary>Everything after a moment.</summary>
    [JsonStringEnumMemberName("temporal")]
    Temporal = 2,
}
