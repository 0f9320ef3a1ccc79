namespace Recsys.Serving.Users;

/// <summary>A yes or no of the user's.</summary>
public enum ConsentChoice : byte
{
    /// <summary>Not asked: taken as granted.</summary>
    Unspecified = 0,

    /// <summary>Yes.</summary>
    Granted = 1,

    /// <summary>No.</summary>
    Denied = 2,
}
