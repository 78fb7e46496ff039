# results-accumulated
total = torch.zeros(7, 7)
def compute_cam(features, label):
    global total
    total += torch.einsum("c,cij->ij", fc_weight[label], features[0])
    return total.clone()
