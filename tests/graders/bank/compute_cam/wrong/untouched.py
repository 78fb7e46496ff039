# not-implemented
def compute_cam(features, label):
    result = None
    return result
